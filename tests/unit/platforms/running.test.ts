import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsOf } from "../../support/models";
import {
  accessDifference,
  askMember,
  endingLogins,
  questions,
  runningCluster,
  whyPaused,
} from "../../../platforms/running";

const members = [
  { name: "patroni1", role: "leader", state: "running" },
  { name: "patroni2", role: "replica", state: "streaming", pending_restart: true },
];

const now = 1_790_000_000;
const seen = JSON.stringify({ dcs_last_seen: now - 1 });
const found = (config: string, cluster: string, own = seen) =>
  runningCluster([config, cluster, own], "", now);

describe("a running cluster", () => {
  it("is its dynamic configuration and who waits for a restart", () => {
    assert.deepEqual(found('{"ttl": 20}', JSON.stringify({ members })), {
      leader: "patroni1",
      dynamicConfig: { ttl: 20 },
      founding: undefined,
      trust: [],
      pendingRestart: ["patroni2"],
    });
  });

  it("says what it was founded with", () => {
    const config = { ttl: 20, hapg: { founding: { version: 17 } } };
    const { founding } = found(JSON.stringify(config), JSON.stringify({ members })) ?? {};
    assert.deepEqual(founding, { version: 17 });
  });

  it("says what was changed in PostgreSQL by hand, and for whom", () => {
    const answer =
      "access\trole app: password\ncontents\tdatabase shop: owner of schema x\nnoise\n";
    const encoded = Buffer.from(answer).toString("base64");
    const answers = ['{"ttl": 20}', JSON.stringify({ members }), seen];
    const running = runningCluster(answers, encoded, now);
    assert.equal(accessDifference(running, "access"), "changed: role app: password");
    const contents = "changed: database shop: owner of schema x";
    assert.equal(accessDifference(running, "contents"), contents);
    assert.equal(
      accessDifference(found('{"ttl": 20}', JSON.stringify({ members })), "access"),
      undefined,
    );
    assert.equal(accessDifference(undefined, "access"), undefined);
  });

  it("is not to be updated while it is paused", () => {
    const why = (config: object) =>
      whyPaused(found(JSON.stringify(config), JSON.stringify({ members })));
    assert.equal(why({ ttl: 20 }), undefined);
    assert.equal(why({ ttl: 20, pause: false }), undefined);
    assert.match(why({ ttl: 20, pause: true }) ?? "", /is paused: .* `hapg resume`/);
  });

  it("says whose login an update would end", () => {
    const ending = (config: object, roles: object) =>
      endingLogins(
        settingsOf({ roles: { app: {}, ...roles } }),
        found(JSON.stringify(config), JSON.stringify({ members })),
      );
    const noted = { hapg: { logins: ["app", "reader"] } };
    assert.match(ending(noted, {}) ?? "", /ends the login and the sessions of reader: not in/);
    assert.match(ending(noted, { reader: { state: "dropped" } }) ?? "", /sessions of reader/);
    assert.equal(ending(noted, { reader: {}, more: {} }), undefined);
    assert.equal(ending({}, {}), undefined);
    assert.equal(endingLogins(settingsOf(), undefined), undefined);
  });

  it("has no leader for certain once etcd was out of reach for longer than a lease", () => {
    const leaderAfter = (seconds: number) =>
      found('{"ttl": 20}', JSON.stringify({ members }), `{"dcs_last_seen": ${now - seconds}}`)
        ?.leader;
    assert.equal(leaderAfter(20), "patroni1");
    assert.equal(leaderAfter(21), undefined);
  });

  it("says which CAs its services have, and which they may have got since", () => {
    const trustOf = (hapg: object) =>
      found(JSON.stringify({ hapg }), JSON.stringify({ members }))?.trust;
    const [one, two] = [
      { signer: "own CA 1", trusted: ["own CA 1"] },
      { signer: "own CA 1", trusted: ["own CA 1", "own CA 2"] },
    ];
    assert.deepEqual(trustOf({ founding: { version: 17 } }), []);
    assert.deepEqual(trustOf({ trust: one, trust_begun: two }), [one, two]);
  });

  for (const [config, cluster] of [
    ["", ""],
    ["", '{"members": []}'],
    ['{"ttl": 20}', ""],
    ["<html>404</html>", "<html>404</html>"],
    ['{"ttl": 20}', '{"scope": "test"}'],
  ] as const) {
    it(`is not there for the answers ${JSON.stringify([config, cluster])}`, () => {
      assert.equal(found(config, cluster), undefined);
    });
  }
});

describe("a member", () => {
  /** What is asked of a member: each call of curl, and the answers. */
  const asked = (curl: string) => {
    const folder = mkdtempSync(join(tmpdir(), "hapg-asked-"));
    const calls = join(folder, "calls");
    const script = `curl() { printf '%s\\n' "$*" >>'${calls}'; ${curl}; }; set -eu; ${askMember()}`;
    const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
    const asked = readFileSync(calls, "utf8").trim().split("\n");
    rmSync(folder, { recursive: true });
    return { asked, answers: stdout.trimEnd().split("\n") };
  };
  const call = (scheme: string) =>
    `-skm 2 -w \\n ${questions.map((what) => `${scheme}://localhost:8008/${what}`).join(" ")}`;

  it("is asked once if it encrypts, and its certificate may have ended", () => {
    const { asked: calls, answers } = asked("printf '{1}\\n{2}\\n{3}\\n'");
    assert.deepEqual([calls, answers], [[call("https")], ["{1}", "{2}", "{3}"]]);
  });

  it("is asked without encryption if it does not know of it", () => {
    const { asked: calls, answers } = asked(
      "case $* in *https*) printf '\\n\\n\\n'; return 35;; esac; printf '{1}\\n{2}\\n{3}\\n'",
    );
    assert.deepEqual(
      [calls, answers],
      [
        [call("https"), call("http")],
        ["{1}", "{2}", "{3}"],
      ],
    );
  });

  it("may leave the last question without an answer", () => {
    const { asked: calls, answers } = asked("printf '{1}\\n{2}\\n\\n'; return 28");
    assert.deepEqual([calls, answers], [[call("https")], ["{1}", "{2}"]]);
  });
});
