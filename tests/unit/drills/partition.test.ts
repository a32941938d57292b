import assert from "node:assert/strict";
import { partitionRules } from "../../../drills/faults/partition";

const others = [
  { service: "etcd2", address: "10.0.0.2" },
  { service: "patroni2", address: "10.0.0.2" },
];

describe("a partition", () => {
  it("loses what a member and others say to each other, and nothing else on their hosts", () => {
    const rules = partitionRules("patroni1", others, "both");
    assert.match(rules, /ip daddr 10\.0\.0\.2 tcp dport \{ 2379 \} counter drop/);
    assert.match(rules, /ip saddr 10\.0\.0\.2 tcp sport \{ 2379 \} counter drop/);
    assert.match(rules, /ip daddr 10\.0\.0\.2 tcp dport \{ 5432, 8008 \} counter drop/);
    assert.doesNotMatch(rules, /2380/);
  });

  it("leaves the way to a member open for what else is on etcd's hosts", () => {
    const rules = partitionRules("patroni1", others.slice(0, 1), "both");
    assert.match(rules, /2379/);
    assert.doesNotMatch(rules, /5432|8008/);
  });

  it("parts members of etcd from each other on their own port", () => {
    const rules = partitionRules("etcd1", others.slice(0, 1), "both");
    assert.match(rules, /\{ 2380 \}/);
    assert.doesNotMatch(rules, /2379/);
  });

  it("has one direction only where that is asked for", () => {
    assert.doesNotMatch(partitionRules("patroni1", others, "out"), /hook input/);
    assert.doesNotMatch(partitionRules("patroni1", others, "in"), /hook output/);
  });

  it("loses a share of the packets by chance", () => {
    assert.match(partitionRules("patroni1", others, "both", 0.2), /numgen random mod 1000 < 200/);
  });

  it("replaces an earlier one", () => {
    const [declared, deleted] = partitionRules("patroni1", others, "both").split("\n");
    assert.deepEqual(
      [declared, deleted],
      ["table inet hapg_drill", "delete table inet hapg_drill"],
    );
  });
});
