import assert from "node:assert/strict";
import { isHealthy, leadingEndpoint } from "../../../operations/etcdStatus";

/** What a member prints of itself that follows the second, in term 3. */
const status = (n: number, changes = {}) => ({
  Endpoint: `https://10.0.0.${n}:2379`,
  Status: { header: { member_id: 100 + n }, leader: 102, raftTerm: 3, ...changes },
});
const printed = (...statuses: unknown[]) => JSON.stringify(statuses);
const healthy = [1, 2, 3].map((n) => status(n));

describe("the status of etcd", () => {
  it("says who leads, if somebody does", () => {
    assert.equal(leadingEndpoint(printed(...healthy)), "https://10.0.0.2:2379");
    assert.equal(leadingEndpoint(printed(status(1, { leader: undefined }))), undefined);
  });

  it("is healthy if all members follow one leader", () => {
    assert.ok(isHealthy(printed(...healthy), 3));
  });

  const noLeader = { leader: undefined, errors: ["etcdserver: no leader"] };
  for (const [what, statuses] of [
    ["a member does not answer", healthy.slice(1)],
    ["a member knows of no leader", [status(1, noLeader), status(2), status(3)]],
    ["nobody leads", [1, 2, 3].map((n) => status(n, { leader: undefined }))],
    ["a member is behind in an older term", [status(1, { raftTerm: 2 }), status(2), status(3)]],
    ["a member has run out of room", [status(1, { errors: ["NOSPACE"] }), status(2), status(3)]],
  ] as const) {
    it(`is not healthy if ${what}`, () => {
      assert.ok(!isHealthy(printed(...statuses), 3));
    });
  }
});
