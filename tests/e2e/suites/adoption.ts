import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError } from "pg";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { E2eStack } from "../../../lab/e2eStack";
import { inSeconds, print } from "../../../lab/print";
import { query } from "../../../lab/writer";

/**
 * Adds rows one after the other, until the password is refused: then another owner's primary
 * answers.
 */
class RowsUntilAdopted {
  acknowledged: number[] = [];
  private last = Date.now();
  private answered: number | undefined;
  private readonly ended: Promise<void>;
  private isStopped = false;

  constructor(private readonly url: string) {
    this.ended = this.run();
  }

  /**
   * Milliseconds from the last row to the first answer of the new owner's primary. @throws {Error}
   * if there was none
   */
  async outage(): Promise<number> {
    this.isStopped = true;
    await this.ended;
    if (this.answered === undefined) throw new Error("no primary of another owner has answered");
    return this.answered - this.last;
  }

  private async run(): Promise<void> {
    // Whoever answers: its CA is a new one.
    const url = this.url
      .replace(/sslmode=[^&]+/, "sslmode=no-verify")
      .replace(/&sslrootcert=[^&]+/, "");
    for (let next = 1; this.answered === undefined && !this.isStopped; next += 1) {
      try {
        await query(url, `INSERT INTO adopted VALUES (${next})`);
        this.acknowledged.push(next);
        this.last = Date.now();
      } catch (error) {
        if (error instanceof DatabaseError && error.code === "28P01") this.answered = Date.now();
      }
      await pause(50);
    }
  }
}

/**
 * The loss of a stack's state, and a stack under another name that takes the cluster over; then the
 * first one takes it back. Leaves the cluster healthy.
 */
export function adoption(cluster: ClusterUnderTest): void {
  describe("when the state of the stack is lost", () => {
    let made: E2eStack | undefined;
    const second = (): E2eStack => {
      if (made === undefined) throw new Error("the second stack is not made yet");
      return made;
    };
    let formerUrl: string;
    before(() => cluster.untilStreaming());
    after(() => made?.dispose());

    const adopt = (stack: E2eStack, ...words: string[]) =>
      stack.hapg("adopt", "--stack", stack.name, "--config-file", stack.file, ...words);

    /**
     * Has a stack adopt the cluster while rows are added, and asserts that all are there
     * afterwards.
     */
    async function adoptUnderLoad(stack: E2eStack, formerUrl: string, what: string): Promise<void> {
      const load = new RowsUntilAdopted(formerUrl);
      await pause(500);
      const { code, output, seconds } = await adopt(stack, "--yes");
      assert.equal(code, 0, output);
      print(`${what}: ${seconds.toFixed(1)} s, outage ${inSeconds(await load.outage())}`);
      assert.ok(load.acknowledged.length > 0);
      const url = (await stack.outputs()).connectionStrings.app?.write ?? "";
      const found = await query<{ n: number }>(url, "SELECT n FROM adopted ORDER BY n");
      const there = new Set(found.map(({ n }) => n));
      assert.deepEqual(
        load.acknowledged.filter((n) => !there.has(n)),
        [],
        "every acknowledged row is there",
      );
      await query(url, "TRUNCATE adopted");
      await stack.succeed("preview", "--expect-no-changes");
    }

    it("is noticed by a preview and by `up`, which leave the cluster as it is", async () => {
      const { write } = await cluster.strings();
      await query(write, "DROP TABLE IF EXISTS adopted");
      await query(write, "CREATE TABLE adopted (n int)");
      const before = await cluster.environment.incarnations();
      await cluster.loseState();
      const preview = await cluster.stack.pulumi("preview");
      assert.notEqual(preview.code, 0);
      const up = await cluster.refusedUp();
      for (const output of [preview.output, up]) {
        assert.match(output, /with a CA that this stack's state does not have: the state is lost/);
        assert.ok(output.includes(`npm run -s hapg -- adopt --stack ${cluster.name}`), output);
      }
      assert.deepEqual(await cluster.environment.incarnations(), before);
      await query(write, "SELECT 1");
      made = await cluster.secondStack(`${cluster.name}-renamed`);
      formerUrl = write;
    });

    it("is noticed by a stack under another name, which can adopt the cluster", async () => {
      const { code, output } = await second().pulumi("preview");
      assert.notEqual(code, 0);
      assert.match(output, new RegExp(`belongs? to .*stack organization/hapg/${cluster.name}\\b`));
      assert.ok(output.includes(`npm run -s hapg -- adopt --stack ${second().name}`), output);
      await adoptUnderLoad(second(), formerUrl, "adoption by another stack");
    });

    it("is not adopted twice", async () => {
      const { code, output } = await adopt(second(), "--yes");
      assert.equal(code, 3, output);
      assert.match(output, /it is not lost, and there is nothing to adopt/);
    });

    it("can be adopted back by a stack that has lost its state, after a kill at each step", async () => {
      const former = (await second().outputs()).connectionStrings.app?.write ?? "";
      await query(former, "INSERT INTO adopted SELECT generate_series(1, 100)");
      const { stack } = cluster;
      const words = ["--stack", stack.name, "--config-file", stack.file];
      for (const step of ["Stopping patroni", "Stopping etcd", "belongs to this stack"])
        await stack.killHapgAt(step, "adopt", ...words, "--yes");
      await stack.unlock();
      await cluster.up();
      await cluster.untilStreaming();
      const { write } = await cluster.strings();
      assert.equal((await query(write, "TABLE adopted")).length, 100);
      await stack.succeed("preview", "--expect-no-changes");
    });
  });
}
