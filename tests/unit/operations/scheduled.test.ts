import assert from "node:assert/strict";
import { scheduledIn } from "../../../operations/scheduled";
import { TestCertificate } from "../../support/certificates";
import { healthyLook } from "../../support/look";
import { settingsOf } from "../../support/models";

describe("what Patroni is to do at a time", () => {
  it("is a switchover and restarts, as the first member that knows the cluster reports them", async () => {
    const look = healthyLook(settingsOf({}), await TestCertificate.authority("valid", 700));
    assert.deepEqual(scheduledIn(look), []);
    const [first, second] = look.members.map(({ facts }) => facts);
    if (first !== undefined) first.cluster = { problem: "no answer" };
    const cluster = second?.cluster.value ?? assert.fail();
    cluster.scheduled_switchover = { at: "2030-01-01T03:00:00+00:00", from: "patroni1" };
    const [member] = cluster.members;
    if (member !== undefined) member.scheduled_restart = { schedule: "2030-01-02T03:00:00+00:00" };
    assert.deepEqual(
      scheduledIn(look).map(({ text }) => text),
      [
        "switchover from patroni1 to any standby at 2030-01-01T03:00:00+00:00",
        `restart of ${member?.name ?? ""} at 2030-01-02T03:00:00+00:00`,
      ],
    );
  });
});
