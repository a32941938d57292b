import assert from "node:assert/strict";
import { publishedPorts } from "../../../configs/cluster/publishedPorts";
import { settingsOf } from "../../support/models";

describe("published ports", () => {
  it("are those of HAProxy, PgBouncer and every member, each with its setting", () => {
    const settings = settingsOf({
      haproxy: { writePort: 1, readPort: 2, statsPort: 3, restApiPort: 4 },
      pgbouncer: { port: 5 },
      postgres: { members: 2 },
      docker: { memberPort: 60 },
    });
    assert.deepEqual(publishedPorts(settings), [
      { port: 1, setting: "haproxy.writePort" },
      { port: 2, setting: "haproxy.readPort" },
      { port: 3, setting: "haproxy.statsPort" },
      { port: 4, setting: "haproxy.restApiPort" },
      { port: 5, setting: "pgbouncer.port" },
      { port: 60, setting: "docker.memberPort" },
      { port: 61, setting: "docker.memberPort" },
    ]);
  });
});
