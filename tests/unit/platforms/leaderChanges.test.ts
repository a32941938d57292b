import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../platforms/command";
import { Conversation } from "../../../platforms/conversation";
import { type LeaderChange, LeaderChanges } from "../../../platforms/leaderChanges";
import type { Reach } from "../../../platforms/reach";
import { eventually } from "../../../lab/writer";

describe("changes of the leader in an update", () => {
  let folder = "";
  let changes: LeaderChanges | undefined;
  const opened: Conversation[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-changes-"));
    const settings = { postgresql: { parameters: { unix_socket_directories: folder } } };
    writeFileSync(join(folder, "members.py"), `settings = ${JSON.stringify(settings)}\n`);
  });
  afterEach(async () => {
    await changes?.end();
    rmSync(folder, { recursive: true });
  });

  /** A member on this machine: only its socket is elsewhere. */
  function begin(change: (asked: LeaderChange) => Promise<string>): void {
    const converse = (_: string, words: string[]) => {
      opened.push(new Conversation([...words.slice(0, -1), join(folder, "hapg-requests")]));
      return Promise.resolve(opened.at(-1) as Conversation);
    };
    const reach = { converse, close: () => Promise.resolve() } as unknown as Reach;
    changes = new LeaderChanges(reach, (_, asked) => change(asked), ["patroni1"]);
  }

  async function ask(): Promise<string> {
    const program = 'import held; print(held.switch_over("patroni1", "patroni2"))';
    const variables = [`PYTHONPATH=${folder}:programs`, "PYTHONDONTWRITEBYTECODE=1"];
    return (await run(["env", ...variables, "python3", "-c", program])).output.trim();
  }
  const answerIs = (expected: string) =>
    eventually(15, async () => assert.equal(await ask(), expected));

  it("are made for members that ask, and say why if they cannot", async () => {
    let isPossible = true;
    begin(({ from, to }) =>
      isPossible
        ? Promise.resolve(`${from} gave way to ${to}`)
        : Promise.reject(new Error("Nobody leads;\nnothing was changed.")),
    );
    await answerIs("('done', 'patroni1 gave way to patroni2')");
    isPossible = false;
    assert.equal(await ask(), "('failed', 'Nobody leads; nothing was changed.')");
  });

  it("are made for a member that was replaced meanwhile, and for none after the update", async () => {
    begin(() => Promise.resolve("again"));
    await answerIs("('done', 'again')");
    await opened.at(-1)?.end();
    await answerIs("('done', 'again')");
    await changes?.end();
    assert.equal(await ask(), "None");
  });
});
