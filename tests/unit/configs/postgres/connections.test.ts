import assert from "node:assert/strict";
import { maximumConnections, sessionsPerMember } from "../../../../configs/postgres/connections";
import { settingsOf } from "../../../support/models";

describe("connections of a member", () => {
  const of = (postgres: object) => {
    const settings = settingsOf({ postgres });
    return [maximumConnections(settings.postgres), sessionsPerMember(settings.postgres)];
  };

  it("follow from its memory, and leave room for the cluster's own", () => {
    assert.deepEqual(of({ memoryMegabytes: 384 }), [100, 90]);
    assert.deepEqual(of({ memoryMegabytes: 8192 }), [500, 490]);
  });

  it("leave out what only some roles may use", () => {
    const reserved = { superuser_reserved_connections: 5, reserved_connections: "20" };
    assert.deepEqual(of({ memoryMegabytes: 384, parameters: reserved }), [100, 68]);
  });

  it("are those of the stack file, however they are written", () => {
    for (const given of [300, "300", "0x12c"])
      assert.deepEqual(of({ parameters: { max_connections: given } }), [300, 290]);
  });
});
