import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Conversation } from "../../../../platforms/conversation";

/** HAProxy's table of servers, of which only three columns matter here. */
const table = (...up: string[]) =>
  [
    "# pxname,svname" + ",".repeat(15) + ",status,",
    ...["primary", "standbys"].flatMap((backend) =>
      ["patroni1", "patroni2", "patroni3", "BACKEND"].map((server) => {
        const isUp = server === "BACKEND" || up.includes(`${backend}/${server}`);
        return `${backend},${server}${",".repeat(16)}${isUp ? "UP" : "DOWN"},`;
      }),
    ),
    "",
  ].join("\n");

/** The parts of haproxy.cfg that say where the page is, and for whom. */
const cfg = [
  ...["frontend write", "  bind :5000 tcp-ut 25s", ""],
  ...["userlist stats", "  user stats insecure-password s3cr3t", ""],
  ...["frontend stats", "  bind :8404 ssl crt /etc/haproxy/identity.pem", ""],
].join("\n");

describe("an HAProxy that is told who leads", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-route-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const answer = (...up: string[]) => writeFileSync(join(folder, "answer"), table(...up));

  /** Starts with a table, or with an HAProxy that does not answer. */
  async function start(): Promise<Conversation> {
    const curl = `#!/bin/sh\ncat >'${folder}/asked'\nsleep 0.05\ncat '${folder}/answer' 2>/dev/null\n`;
    writeFileSync(join(folder, "curl"), curl, { mode: 0o755 });
    writeFileSync(join(folder, "cfg"), cfg);
    const script = readFileSync("programs/switchover/route-to.sh", "utf8").replaceAll(
      "/etc/haproxy/haproxy.cfg",
      join(folder, "cfg"),
    );
    const path = `PATH=${folder}:${process.env.PATH ?? ""}`;
    const given = ["route-to", "patroni1", "patroni2"];
    const router = new Conversation(["env", path, "sh", "-c", script, ...given]);
    assert.equal(await router.hear(), "ready");
    return router;
  }

  /** Whether it says something while this is its table. */
  async function isSilent(said: Promise<unknown>): Promise<boolean> {
    const later = new Promise<string>((resolve) => setTimeout(() => resolve("silence"), 400));
    return (await Promise.race([said, later])) === "silence";
  }

  it("waits until writes go to the new leader only, and reads do not go there", async () => {
    const router = await start();
    router.say("go");
    const writes = router.hear();
    assert.ok(await isSilent(writes), "without an answer");
    answer("primary/patroni1", "primary/patroni2", "standbys/patroni3");
    assert.ok(await isSilent(writes), "with two primaries");
    answer("primary/patroni1");
    assert.ok(await isSilent(writes), "with the former one");
    answer("primary/patroni2", "standbys/patroni2", "standbys/patroni3");
    assert.equal(await writes, "writes");
    const reads = router.hear();
    assert.ok(await isSilent(reads), "with reads on the new leader");
    answer("primary/patroni2", "standbys/patroni3");
    assert.equal(await reads, "reads");
    assert.equal((await router.end()).status, 0);
  });

  it("gives its orders with the page's login, which is in no argument", async () => {
    const router = await start();
    answer("primary/patroni2");
    router.say("go");
    assert.equal(await router.hear(), "writes");
    await router.end();
    const asked = readFileSync(join(folder, "asked"), "utf8");
    for (const line of [
      'user = "stats:s3cr3t"',
      'data = "b=primary&s=patroni1&action=hdown"',
      'data = "b=primary&s=patroni2&action=hrunn"',
      'data = "b=standbys&s=patroni2&action=hdown"',
    ]) {
      assert.ok(asked.includes(`${line}\n`), line);
    }
  });

  it("does nothing if nobody tells it to", async () => {
    const { status, output } = await (await start()).end();
    assert.deepEqual({ status, output }, { status: 0, output: "ready\n" });
  });
});
