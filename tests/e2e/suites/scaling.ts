import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { merged } from "../../../lab/cluster/merged";
import { patroniCall } from "../../support/patroni";
import { inSeconds, print } from "../../../lab/print";
import { eventually, writingDuring } from "../../../lab/writer";

/** More members and fewer again, of PostgreSQL and of etcd. Leaves three of each. */
export function scaling(cluster: ClusterUnderTest): void {
  const { environment } = cluster;
  const etcdMembers = async () =>
    (await environment.inMember("etcd1", "/etc/etcd/ctl", "member", "list"))
      .split("\n")
      .map((line) => line.split(", "))
      .map(([, state, name, , , isLearner]) => `${name ?? ""} ${state ?? ""} ${isLearner ?? ""}`)
      .sort();
  const voting = (count: number) =>
    Array.from({ length: count }, (_, i) => `etcd${i + 1} started false`);
  const withMembers = (count: number) => ({
    etcd: { members: count },
    postgres: { members: count },
  });
  /** Replication slots on each of the first three members that nobody reads from, as `member: slot`. */
  async function unusedSlots(): Promise<string[]> {
    const sql = "SELECT slot_name FROM pg_replication_slots WHERE NOT active";
    const ofMember = async (member: string) => {
      const found = await environment.inMember(
        member,
        "psql",
        "-XqAt",
        "-U",
        "postgres",
        "-c",
        sql,
      );
      return found.split("\n").map((slot) => `${member}: ${slot}`);
    };
    return (await Promise.all(cluster.memberNames.map(ofMember))).flat();
  }

  /** Updates under load, and says what the load saw of it. */
  async function changeTo(count: number): Promise<void> {
    const { write } = await cluster.strings();
    cluster.change(merged(withMembers(count), await environment.makeRoom(count)));
    const { result, report, lost } = await writingDuring(write, `members_${count}`, () =>
      cluster.up(),
    );
    print(
      `to ${count} members of each: ${result.seconds.toFixed(1)} s, ` +
        `longest gap ${inSeconds(report.longestGapMilliseconds)}`,
    );
    assert.deepEqual(lost, []);
  }

  describe("when the number of its members changes", () => {
    it("grows from three to five without a restart of those that are there", async () => {
      const before = await environment.incarnations();
      await changeTo(5);
      await cluster.untilStreaming(90, 5);
      assert.deepEqual(await etcdMembers(), voting(5));
      const after = await environment.incarnations();
      for (const service of Object.keys(before)) assert.equal(after[service], before[service]);
    });

    it("shrinks to three though one that leaves leads, and etcd forgets those that left", async () => {
      const leader = await cluster.leader();
      await patroniCall(environment, leader, "switchover", { leader, candidate: "patroni5" });
      await eventually(30, async () => {
        assert.equal(await cluster.leader(), "patroni5");
      });
      await cluster.untilStreaming(90, 5);
      await changeTo(3);
      assert.deepEqual(await etcdMembers(), voting(3));
      assert.match(await cluster.leader(), /^patroni[123]$/);
      // They would hold WAL back for members that do not come back. Patroni needs a round of its
      // loop on each.
      await eventually(10, async () => {
        assert.deepEqual(
          (await unusedSlots()).filter((slot) => /patroni[45]$/.test(slot)),
          [],
        );
      });
      await cluster.untilStreaming();
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}
