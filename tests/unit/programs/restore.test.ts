import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonValue } from "../../support/pythonValue";

/** A backup of pgBackRest, as far as it matters. */
const backup = (label: string, timeline: number, stop: number, lsn: string) => ({
  label,
  timestamp: { stop },
  lsn: { stop: lsn },
  archive: { start: `${String(timeline).padStart(8, "0")}0000000000000004` },
});

const first = backup("first", 1, 100, "0/2000000");

describe("what is restored", () => {
  // Timeline 2 was left at 0/6000000 for timeline 4; the number 3 was only marked as taken.
  const histories = {
    1: [],
    2: [[1, 0x3000000]],
    3: [],
    4: [
      [1, 0x3000000],
      [2, 0x6000000],
    ],
  };
  const second = backup("second", 2, 200, "0/5000000");
  const abandoned = backup("abandoned", 2, 300, "0/7000000");
  const last = backup("last", 4, 400, "0/8000000");
  const all = [first, second, abandoned, last];

  const asked = (wanted: object, backups: object[] = all) =>
    pythonValue(
      "(timeline, chosen_backup(backups, timeline, histories, wanted)['label'])",
      "from restore_member import *",
      `histories = {int(k): v for k, v in json.loads('${JSON.stringify(histories)}').items()}`,
      `backups = json.loads('${JSON.stringify(backups)}')`,
      `wanted = json.loads('${JSON.stringify(wanted)}')`,
      "timeline = chosen_timeline(histories, backups, wanted)",
    );

  it("is on the newest timeline that has a history, whatever numbers are missing", () => {
    assert.deepEqual(asked({}), [4, "last"]);
  });

  it("is the newest backup before the target", () => {
    assert.deepEqual(asked({ time: "…", timeSeconds: 399 }), [4, "second"]);
    assert.deepEqual(asked({ time: "…", timeSeconds: 150 }), [4, "first"]);
    assert.deepEqual(asked({ lsn: "0/7500000" }), [4, "second"]);
  });

  it("is no backup of a branch that the timeline does not descend from", () => {
    assert.deepEqual(asked({}, [first, abandoned]), [4, "first"]);
  });

  it("is on a timeline that was named", () => {
    assert.deepEqual(asked({ timeline: 2 }), [2, "abandoned"]);
  });

  it("has a target that the newest timeline reaches, never `latest`", () => {
    const words = pythonValue(
      "options({'time': '2026-11-28 12:00:00+00', 'inclusive': False}, " +
        "{'stanza': 'test-7', 'backup': 'b', 'timeline': 4})",
      "from restore_member import *",
    );
    assert.deepEqual(words, [
      ...["--stanza=test-7", "--set=b", "--target-timeline=4", "--type=time"],
      ...["--target=2026-11-28 12:00:00+00", "--target-exclusive", "--target-action=promote"],
    ]);
  });
});

describe("which cluster of a repository is restored", () => {
  const stanzas = ["shop-7", "shop-8", "shop-eu-9", "empty-1"].map((name) => ({
    name,
    backup: name === "empty-1" ? [] : [first],
  }));
  const chosen = (stanzaPrefix: string, system?: string) => {
    const wanted = JSON.stringify({ stanzaPrefix, ...(system === undefined ? {} : { system }) });
    return pythonValue(
      "said()",
      "from restore_member import *",
      `stanzas = json.loads('${JSON.stringify(stanzas)}')`,
      `wanted = json.loads('${wanted}')`,
      "def said():",
      "    try:",
      "        return chosen_stanza(stanzas, wanted)['name']",
      "    except Refusal as refusal:",
      "        return str(refusal)",
    );
  };

  it("is the only one of its name", () => {
    assert.equal(chosen("shop-eu-"), "shop-eu-9");
  });

  it("must be said where several have that name, and is refused where none has", () => {
    assert.match(
      String(chosen("shop-")),
      /several clusters \(shop-7, shop-8\): set restore\.system/,
    );
    assert.equal(chosen("shop-", "8"), "shop-8");
    assert.match(String(chosen("shop-", "10")), /the repository has nothing of shop-10/);
    assert.match(String(chosen("empty-")), /no backup of empty-1/);
  });
});

describe("the permission to restore over data", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "hapg-restoring-"));
    mkdirSync(join(home, "17", "main"), { recursive: true });
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const begin = (name: string, leader?: string) =>
    pythonValue(
      "[Restoring(home, home + '/17/main', print).is_done(name, etcd), etcd.deleted]",
      "from restoring import *",
      "class Etcd:",
      "    deleted = []",
      `    def all(self): return ${leader === undefined ? "{}" : `{"leader": "${leader}"}`}`,
      "    def delete(self, key): self.deleted.append(key)",
      `etcd, home, name = Etcd(), ${JSON.stringify(home)}, "${name}"`,
    ) as [boolean, string[]];
  const permit = (seconds = 60) => {
    const until = Math.floor(Date.now() / 1000) + seconds;
    const permission = { id: "first", restores: "patroni1", until };
    writeFileSync(join(home, "restore-permitted"), JSON.stringify(permission));
  };
  const left = () => readdirSync(join(home, "17"));

  it("is not there as a rule, and nothing happens", () => {
    assert.deepEqual(begin("patroni1"), [true, []]);
    assert.deepEqual(left(), ["main"]);
  });

  it("moves the data aside and lets one member found the cluster anew", () => {
    permit();
    const [isDone, deleted] = begin("patroni1");
    assert.equal(isDone, true);
    assert.ok(deleted.includes("initialize") && deleted.includes("leader"));
    assert.ok(!deleted.includes("config"), "the dynamic configuration is lost");
    assert.deepEqual(left(), ["main.before-first"]);
    assert.ok(existsSync(join(home, "founding-permitted")));
    assert.ok(!existsSync(join(home, "restore-permitted")));
    assert.deepEqual(begin("patroni1"), [true, []], "it is used up");
  });

  it("lets the others found nothing", () => {
    permit();
    assert.deepEqual(begin("patroni2"), [true, []]);
    assert.deepEqual(left(), ["main.before-first"]);
    assert.ok(!existsSync(join(home, "founding-permitted")));
  });

  it("waits while another member leads", () => {
    permit();
    assert.deepEqual(begin("patroni1", "patroni2"), [false, []]);
    assert.deepEqual(left(), ["main"]);
  });

  it("is of no use later, as at a restart of the machine", () => {
    permit(-1);
    assert.deepEqual(begin("patroni1"), [true, []]);
    assert.deepEqual(left(), ["main"]);
    assert.ok(!existsSync(join(home, "restore-permitted")));
  });

  it("goes on after an interruption, and moves no data aside twice", () => {
    permit();
    begin("patroni1");
    mkdirSync(join(home, "17", "main"));
    permit();
    begin("patroni1");
    assert.deepEqual(left().sort(), ["main", "main.before-first"]);
  });
});
