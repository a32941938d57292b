import assert from "node:assert/strict";
import { archiveLag, windowOf } from "../../../../operations/backup/window";
import { askedAt, repositoryFacts } from "../../../support/look";

describe("the recoverable window", () => {
  it("reaches from the end of the oldest backup to the last archived WAL", () => {
    assert.deepEqual(windowOf(repositoryFacts()), { from: askedAt - 7190, to: askedAt - 30 });
  });

  it("is none without a backup", () => {
    assert.equal(windowOf({ ...repositoryFacts(), backups: [] }), undefined);
  });

  it("begins with the first backup after a gap, and is none without one", () => {
    const facts = repositoryFacts();
    const gaps: [string, string][] = [["000000010000000000000007", "000000010000000000000009"]];
    assert.equal(windowOf({ ...facts, gaps }), undefined);
    const [first] = facts.backups ?? [];
    assert.ok(first);
    const later = { ...first, stop: askedAt - 60, walStart: "000000020000000000000009" };
    const found = windowOf({ ...facts, gaps, backups: [first, later] });
    assert.deepEqual(found, { from: askedAt - 60, to: askedAt - 30 });
  });

  it("has no lag of the archive without a primary", () => {
    assert.equal(archiveLag(repositoryFacts()), 30);
    assert.equal(archiveLag({ ...repositoryFacts(), archiver: null }), undefined);
  });
});
