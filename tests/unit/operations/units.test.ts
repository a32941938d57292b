import assert from "node:assert/strict";
import { parseCsv } from "../../../operations/look/csv";
import { parseEtcdFacts } from "../../../operations/look/etcdFacts";
import { bytes, duration } from "../../../operations/units";

describe("figures for people", () => {
  for (const [count, text] of [
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [5 * 1024 ** 3, "5.0 GiB"],
    [2048 * 1024 ** 4, "2048.0 TiB"],
  ] as const) {
    it(`are ${text} for ${count} bytes`, () => assert.equal(bytes(count), text));
  }

  for (const [seconds, text] of [
    [0, "0 s"],
    [0.9, "0 s"],
    [59, "59 s"],
    [61, "1 min 1 s"],
    [7200, "2 h"],
    [90_000, "1 d 1 h"],
  ] as const) {
    it(`are ${text} for ${seconds} seconds`, () => assert.equal(duration(seconds), text));
  }
});

describe("what services print", () => {
  it("is read as CSV, with quotes and a marked head", () => {
    assert.deepEqual(parseCsv('# name,text,\na,"one, ""two""",\nb,,\n'), [
      { name: "a", text: 'one, "two"', "": "" },
      { name: "b", text: "", "": "" },
    ]);
  });

  it("is read of etcd, part by part", () => {
    const line = (name: string, status: number, text: string) =>
      `${name}\t${status}\t${Buffer.from(text).toString("base64")}\n`;
    const answers = [
      '[{"id":7,"name":"etcd1"},{"id":8,"name":"etcd2","isLearner":true}]',
      "",
      '{"header":{"member_id":"7"}, "version":"3.5.16", "leader":"7", "raftTerm":"4", ' +
        '"dbSize":"100", "dbSizeInUse":"50", "errors":["memberID:7 alarm:NOSPACE "]}',
      '{"health":"false","reason":"RAFT NO LEADER"}',
    ];
    const facts = parseEtcdFacts(
      line("now", 0, "1795000000\n") +
        line("answers", 0, answers.join("\n")) +
        line("disk", 0, " 1B-blocks Avail\n 1000 400\n"),
    );
    assert.equal(facts.now.value, 1_795_000_000);
    assert.equal(facts.status.value?.leads, true);
    assert.deepEqual(facts.alarms.value, ["NOSPACE"]);
    assert.match(facts.health.problem ?? "", /RAFT NO LEADER/);
    assert.deepEqual(facts.members.value?.[1], { name: "etcd2", isLearner: true });
    assert.deepEqual(facts.disk.value, { bytes: 1000, freeBytes: 400 });
    assert.match(facts.certificate.problem ?? "", /no answer/);
    const refused = parseEtcdFacts(
      line("answers", 0, "curl: (7) Failed\ncurl: (7) Connection refused"),
    );
    for (const part of [refused.status, refused.health, refused.members])
      assert.match(part.problem ?? "", /Connection refused/);
  });
});
