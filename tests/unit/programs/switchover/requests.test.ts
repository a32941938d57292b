import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Conversation } from "../../../../platforms/conversation";
import { leaderRequests } from "../../../../programs/programs";

describe("a member that asks an update for another leader", () => {
  let folder = "";
  let started: Conversation[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-requests-"));
    started = [];
    const settings = { postgresql: { parameters: { unix_socket_directories: folder } } };
    writeFileSync(join(folder, "members.py"), `settings = ${JSON.stringify(settings)}\n`);
  });
  afterEach(async () => {
    await Promise.all(started.map((one) => one.end()));
    rmSync(folder, { recursive: true });
  });

  const start = (...words: string[]) => {
    const one = new Conversation(words);
    started.push(one);
    return one;
  };

  async function listen(): Promise<Conversation> {
    const update = start("python3", "-c", leaderRequests, join(folder, "hapg-requests"));
    assert.equal(await update.hear(), "ready");
    return update;
  }

  const ask = () => {
    const program = 'import held; print(held.switch_over("patroni1", "patroni2"))';
    const modules = `PYTHONPATH=${folder}:programs`;
    return start("env", modules, "PYTHONDONTWRITEBYTECODE=1", "python3", "-c", program);
  };

  it("gets the update's answers, one after the other", async () => {
    const update = await listen();
    for (const answer of ["done they waited 812 ms", "failed patroni2 lags 9 bytes"]) {
      const member = ask();
      assert.equal(await update.hear(), "patroni1 patroni2");
      update.say(answer);
      const [word = "", ...text] = answer.split(" ");
      assert.equal(await member.hear(), `('${word}', '${text.join(" ")}')`);
    }
  });

  it("acts alone without an update, with one that ends, and after one that was killed", async () => {
    assert.equal(await ask().hear(), "None");
    const update = await listen();
    const member = ask();
    await update.hear();
    await update.end();
    assert.equal(await member.hear(), "None");
    assert.equal(await ask().hear(), "None");
    const next = await listen();
    const other = ask();
    assert.equal(await next.hear(), "patroni1 patroni2");
    next.say("done");
    assert.equal(await other.hear(), "('done', '')");
  });
});
