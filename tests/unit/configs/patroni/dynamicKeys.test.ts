import assert from "node:assert/strict";
import {
  byKey,
  changeProblem,
  keyRefusal,
  needsRestart,
  ownerOf,
} from "../../../../configs/patroni/dynamicKeys";
import { dynamicConfig } from "../../../../configs/patroni/dynamicConfig";
import { settingsOf } from "../../../support/models";

describe("keys of Patroni's dynamic configuration", () => {
  const settings = settingsOf({
    postgres: { parameters: { "myext.mode": "on" } },
  });
  const config = dynamicConfig(settings, { clusterNetworks: [], clientNetworks: [] });

  it("have the setting that sets them, if they are of the stack file", () => {
    const keys = [...byKey(config).keys()].filter((key) => !key.startsWith("hapg."));
    assert.deepEqual(
      keys.filter((key) => ownerOf(key, settings) === undefined),
      [],
    );
    assert.equal(ownerOf("loop_wait", settings), "hapg:patroni.loopWaitSeconds");
    assert.equal(
      ownerOf("postgresql.parameters.myext.mode", settings),
      "hapg:postgres.parameters.myext.mode",
    );
    assert.equal(ownerOf("postgresql.parameters.random_page_cost", settings), undefined);
  });

  it("name settings that exist", () => {
    for (const key of byKey(config).keys()) {
      const path = ownerOf(key, settings)?.replace("hapg:", "").split(".").slice(0, 2) ?? [];
      const value = path.reduce<unknown>(
        (part, name) => (part as Record<string, unknown> | undefined)?.[name],
        settings,
      );
      assert.notEqual(value, undefined, key);
    }
  });

  for (const [key, reason] of [
    ["ttl", /change hapg:patroni\.ttlSeconds and run/],
    ["postgresql.pg_hba", /change hapg:postgres\.hba/],
    ["postgresql.parameters.shared_buffers", /change hapg:postgres\.parameters\.shared_buffers/],
    ["postgresql", /contains postgresql\.use_pg_rewind, which the stack file owns/],
    ["postgresql.parameters", /contains postgresql\.parameters\./],
    ["pause", /use `hapg pause`/],
    ["hapg.members", /notes of this program/],
    ["standby_cluster.host", /a standby of another one/],
  ] as const)
    it(`${key} is not changed by hand`, () => {
      assert.match(keyRefusal(key, settings) ?? "", reason);
    });

  it("slots of the stack file are not changed by hand", () => {
    const own = settingsOf({ patroni: { slots: { cdc: { type: "physical" } } } });
    for (const key of ["slots.cdc", "slots.cdc.type", "slots"]) {
      assert.match(keyRefusal(key, own) ?? "", /the stack file owns/, key);
    }
    assert.equal(keyRefusal("slots.other", own), undefined);
  });

  for (const key of [
    "maximum_lag_on_syncnode",
    "slots.reports",
    "slots.reports.type",
    "postgresql.parameters.random_page_cost",
  ])
    it(`${key} may be changed`, () => {
      assert.equal(keyRefusal(key, settings), undefined);
      assert.equal(changeProblem({ key, value: 4 }, settings), undefined);
    });

  for (const [key, value, reason] of [
    ["check_timelines", true, /did you mean check_timeline\?/],
    ["qqq", 1, /known are maximum_lag_on_syncnode/],
    ["postgresql.parameters.random_page_costs", 4, /did you mean random_page_cost/],
    ["postgresql.parameters.random_page_cost", "much", /must be/],
    ["postgresql.parameters.listen_addresses", "*", /is set by the program/],
    ["postgresql.parameters.random_page_cost", [4], /must be one value/],
  ] as const)
    it(`${key}=${JSON.stringify(value)} is a mistake`, () => {
      assert.match(changeProblem({ key, value }, settings) ?? "", reason);
    });

  it("say which of them need a restart", () => {
    assert.ok(needsRestart("postgresql.parameters.huge_pages", settings));
    assert.ok(!needsRestart("postgresql.parameters.random_page_cost", settings));
    assert.ok(!needsRestart("slots", settings));
  });
});
