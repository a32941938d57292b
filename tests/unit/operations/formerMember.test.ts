import assert from "node:assert/strict";
import { leftoverOf } from "../../../operations/formerMember";
import type { Look } from "../../../operations/look/look";
import { Refusal } from "../../../operations/switchover/choice";
import { TestCertificate } from "../../support/certificates";
import { healthyLook } from "../../support/look";
import { settingsOf } from "../../support/models";

describe("what a former member has left", () => {
  const settings = settingsOf({});
  let certificate: TestCertificate;
  before(async () => (certificate = await TestCertificate.authority("valid", 700)));

  /** A healthy cluster in which the slot of patroni4 is left on every member. */
  function withSlot(isActive = false): Look {
    const look = healthyLook(settings, certificate);
    for (const { facts } of look.members)
      facts?.database.value?.slots.push({
        ...{ name: "patroni4", type: "physical", active: isActive },
        ...{ walStatus: "reserved", heldBytes: 3 * 1024 ** 2 },
      });
    return look;
  }

  it("is its replication slot", () => {
    assert.deepEqual(leftoverOf("patroni4", withSlot(), settings), {
      members: ["patroni1", "patroni2", "patroni3"],
      held: "3.0 MiB",
    });
  });

  const refusals: [string, string, () => Look, RegExp][] = [
    ["a member of the stack file", "patroni3", withSlot, /patroni3 is in the stack file: lower/],
    ["a member of etcd", "etcd4", withSlot, /`up` removes former members of etcd/],
    ["another service", "haproxy2", withSlot, /haproxy2 is no name of a member/],
    ["one that has left nothing", "patroni5", withSlot, /Nothing of patroni5 is left/],
    ["one that streams", "patroni4", () => withSlot(true), /patroni4 streams from patroni1: stop/],
    [
      "one that reports to etcd",
      "patroni4",
      () => {
        const look = withSlot();
        look.members[1]?.facts?.cluster.value?.members.push({
          ...{ name: "patroni4", role: "replica", state: "streaming", host: "10.0.0.4" },
        });
        return look;
      },
      /patroni4 still reports to etcd \(10\.0\.0\.4, streaming\)/,
    ],
    [
      "one that the last update had",
      "patroni4",
      () => {
        const look = withSlot();
        const [first] = look.members;
        if (first?.facts !== undefined)
          first.facts.config = { value: { hapg: { members: ["patroni1", "patroni4"] } } };
        return look;
      },
      /The last update still had patroni4/,
    ],
    [
      "any while a member is away: its slot would go, too",
      "patroni4",
      () => {
        const look = withSlot();
        const { facts, ...rest } = look.members[2] ?? assert.fail();
        assert.ok(facts);
        look.members[2] = { ...rest, silence: "no answer within 4 s" };
        return look;
      },
      /Every member has to answer \(patroni3: no answer within 4 s\)/,
    ],
  ];
  for (const [what, name, look, reason] of refusals)
    it(`is not touched: ${what}`, () => {
      assert.throws(
        () => leftoverOf(name, look(), settings),
        (error) => error instanceof Refusal && reason.test(error.message),
      );
    });
});
