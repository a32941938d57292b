import assert from "node:assert/strict";
import { dynamicDifference } from "../../../../configs/patroni/dynamicDifference";

const wanted = {
  ttl: 20,
  postgresql: {
    use_slots: true,
    parameters: { work_mem: "4MB", max_connections: 100 },
    pg_hba: ["local all all scram-sha-256"],
  },
};

/** A running cluster's configuration, with changes of its PostgreSQL parameters. */
const running = (parameters: Record<string, unknown> = {}) => ({
  ...wanted,
  postgresql: {
    ...wanted.postgresql,
    parameters: { ...wanted.postgresql.parameters, ...parameters },
  },
});

describe("the difference of a running cluster's dynamic configuration", () => {
  it("is none when all that is wanted is there", () => {
    assert.equal(dynamicDifference(wanted, running()), undefined);
  });

  it("is none for what the stack file says nothing about", () => {
    const more = { ...running({ log_connections: true }), pause: true };
    assert.equal(dynamicDifference(wanted, more), undefined);
  });

  it("names every key with both values", () => {
    const other = { ...running({ work_mem: "9MB" }), ttl: 30 };
    assert.equal(
      dynamicDifference(wanted, other),
      'ttl is 30, not 20; postgresql.parameters.work_mem is "9MB", not "4MB"',
    );
  });

  it("names what is missing", () => {
    const postgresql = { ...wanted.postgresql, parameters: { max_connections: 100 } };
    assert.equal(
      dynamicDifference(wanted, { ttl: 20, postgresql }),
      'postgresql.parameters.work_mem is unset, not "4MB"',
    );
  });

  it("tells a list with another order or another line from the wanted one", () => {
    const lines = ["local all all scram-sha-256", "host all all 0.0.0.0/0 trust"];
    const opened = { ttl: 20, postgresql: { ...wanted.postgresql, pg_hba: lines } };
    assert.match(
      dynamicDifference(wanted, opened) ?? "",
      /^postgresql\.pg_hba is \[.*trust"\], not /,
    );
  });

  it("names a parameter that the stack file has set once and names no more", () => {
    const left = {
      ...running({ jit: "off", log_connections: true }),
      hapg: { parameters: ["jit", "max_connections", "work_mem"] },
    };
    assert.equal(dynamicDifference(wanted, left), "postgresql.parameters.jit is still set");
  });

  it("is none once such a parameter is gone", () => {
    const gone = { ...running(), hapg: { parameters: ["jit", "max_connections", "work_mem"] } };
    assert.equal(dynamicDifference(wanted, gone), undefined);
  });

  it("is there while a change has not proved itself: its update was interrupted", () => {
    const former = [[["postgresql", "parameters", "work_mem"], "4MB"]];
    const found = dynamicDifference({ ttl: 20 }, { ttl: 20, hapg: { former } });
    assert.equal(found, "the last change was interrupted");
  });

  it("names a slot that the stack file has set once and names no more, and no other", () => {
    const slots = { cdc: { type: "physical" }, by_hand: { type: "physical" } };
    const left = { ...running(), slots, hapg: { optional: [["slots", "cdc"], ["ignore_slots"]] } };
    assert.equal(dynamicDifference(wanted, left), "slots.cdc is still set");
    const kept = { ...wanted, slots: { cdc: { type: "physical" } } };
    assert.equal(dynamicDifference(kept, left), undefined);
  });
});
