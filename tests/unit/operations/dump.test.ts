import assert from "node:assert/strict";
import { stepText } from "../../../cli/transferProgress";
import { memberToDump } from "../../../operations/dump";
import { TestCertificate } from "../../support/certificates";
import { healthyLook } from "../../support/look";
import { settingsOf } from "../../support/models";

describe("the member that is dumped", () => {
  let look: ReturnType<typeof healthyLook>;
  beforeEach(async () => {
    look = healthyLook(settingsOf(), await TestCertificate.authority());
  });
  const standby = (name: string) => {
    const facts = look.members.find((one) => one.name === name)?.facts;
    const sender = look.members[0]?.facts?.database.value?.senders.find((one) => one.name === name);
    const patroni = facts?.patroni.value;
    assert.ok(sender && patroni);
    return { sender, patroni };
  };

  it("is the standby that streams with the least lag", () => {
    standby("patroni2").sender.replayLagBytes = 100;
    standby("patroni3").sender.replayLagBytes = 10;
    assert.equal(memberToDump(look), "patroni3");
    standby("patroni3").sender.replayLagBytes = null;
    assert.equal(memberToDump(look), "patroni2");
  });

  it("is the primary if no standby streams, and none if nobody answers", () => {
    for (const name of ["patroni2", "patroni3"]) delete standby(name).patroni.replication_state;
    assert.equal(memberToDump(look), "patroni1");
    assert.equal(memberToDump({ ...look, members: [] }), undefined);
  });
});

describe("what a dump is doing", () => {
  it("is a line", () => {
    const all = [
      { step: "dump", tables: 3, of: 12, bytes: 2048 },
      { step: "send", bytes: 1024, of: 2048 },
      { step: "verify", tables: 1, of: 2 },
      { step: "analyze" },
    ] as const;
    assert.deepEqual(all.map(stepText), [
      "Dumping 3 of 12 tables, 2.0 KiB",
      "Sending 1.0 KiB of 2.0 KiB",
      "Comparing rows and owners 1 of 2 tables",
      "Collecting statistics ...",
    ]);
  });
});
