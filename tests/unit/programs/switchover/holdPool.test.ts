import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Conversation } from "../../../../platforms/conversation";

/** Prints the state that it is told, notes what else it is asked, and lets a PAUSE take its time. */
const console = `#!/bin/sh
for word in "$@"; do
  case $word in
    "SHOW STATE") printf "active|yes\\npaused|$STATE\\nsuspended|no\\n" ;;
    "SHOW DATABASES") printf '%s||5432\n' postgres postgres_ro app app_ro pgbouncer ;;
    PAUSE) echo "$word" >>"$NOTES"; sleep "$TAKES" ;;
    PAUSE* | RESUME*) echo "$word" >>"$NOTES" ;;
  esac
done
`;

describe("a PgBouncer that holds its clients", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-hold-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @param state what it says of a pause that somebody else has made */
  function start({ state = "no", takes = 0, hold = 30 } = {}): Conversation {
    writeFileSync(join(folder, "psql"), console);
    chmodSync(join(folder, "psql"), 0o755);
    const variables = {
      NOTES: join(folder, "notes"),
      STATE: state,
      TAKES: String(takes),
      PATH: `${folder}:${process.env.PATH ?? ""}`,
    };
    const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    writeFileSync(variables.NOTES, "");
    writeFileSync(join(folder, "listen.ini"), "listen_addr = *\nlisten_port = 6432\n");
    const script = readFileSync("programs/switchover/hold-pool.sh", "utf8").replaceAll(
      "/etc/pgbouncer",
      folder,
    );
    // The last one is of a database that an update is about to create.
    const given = ["hold-pool", "1", String(hold), "postgres_ro", "app_ro", "new_ro"];
    return new Conversation(["env", ...words, "sh", "-c", script, ...given]);
  }

  const notes = () => readFileSync(join(folder, "notes"), "utf8").trim().split("\n");
  const pauses = ['PAUSE "postgres_ro"', 'PAUSE "app_ro"', "PAUSE"];
  const resumes = ["RESUME", 'RESUME "postgres_ro"', 'RESUME "app_ro"'];

  it("lets those that write go on before those that read", async () => {
    const pool = start();
    assert.equal(await pool.hear(), "ready");
    pool.say("pause");
    assert.equal(await pool.hear(), "paused");
    assert.deepEqual(notes(), pauses);
    pool.say("writes");
    assert.equal(await pool.hear(), "writes");
    assert.deepEqual(notes(), [...pauses, "RESUME"]);
    pool.say("reads");
    assert.equal(await pool.hear(), "reads");
    assert.equal((await pool.end()).status, 0);
    assert.deepEqual(notes().slice(0, 6), [...pauses, ...resumes]);
  });

  it("lets all go on when nobody talks to it any more", async () => {
    const pool = start();
    await pool.hear();
    pool.say("pause");
    await pool.hear();
    assert.equal((await pool.end()).status, 1);
    assert.deepEqual(notes(), [...pauses, ...resumes]);
  });

  it("lets all go on after its time", async () => {
    const pool = start({ hold: 1 });
    await pool.hear();
    pool.say("pause");
    await pool.hear();
    assert.equal((await pool.ending).status, 1);
    assert.deepEqual(notes(), [...pauses, ...resumes]);
  });

  it("lets all go on if transactions do not end", async () => {
    const pool = start({ takes: 5 });
    await pool.hear();
    pool.say("pause");
    const { status, output } = await pool.ending;
    assert.equal(status, 1);
    assert.match(output, /transactions were still running after 1 s/);
    assert.deepEqual(notes(), [...pauses, ...resumes]);
  });

  it("leaves alone what somebody else has paused", async () => {
    const { status, output } = await start({ state: "yes" }).end();
    assert.equal(status, 1);
    assert.match(output, /it is paused already/);
    assert.deepEqual(notes(), [""]);
  });
});
