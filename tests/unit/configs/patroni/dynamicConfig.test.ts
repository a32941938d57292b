import assert from "node:assert/strict";
import { dynamicConfig } from "../../../../configs/patroni/dynamicConfig";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { settingsOf } from "../../../support/models";

interface Shape {
  synchronous_mode: unknown;
  synchronous_node_count: unknown;
  hapg: { founding: Record<string, unknown> };
  postgresql: {
    parameters: Record<string, unknown>;
    pg_hba: string[];
    remove_data_directory_on_rewind_failure: unknown;
    remove_data_directory_on_diverged_timelines: unknown;
  };
}

const dynamic = (input: Partial<SettingsInput> = {}) =>
  dynamicConfig(settingsOf(input), {
    clusterNetworks: ["10.0.0.0/24"],
    clientNetworks: [],
  }) as unknown as Shape;
const parametersOf = (postgres: SettingsInput["postgres"]) =>
  dynamic({ postgres }).postgresql.parameters;

describe("Patroni's dynamic configuration", () => {
  // Patroni takes booleans and one word; the strings "on" and "off" would both be true.
  for (const [mode, expected] of [
    ["off", false],
    ["on", true],
    ["quorum", "quorum"],
  ] as const) {
    it(`says ${JSON.stringify(expected)} for synchronous mode ${mode}`, () => {
      assert.equal(dynamic({ patroni: { synchronousMode: mode } }).synchronous_mode, expected);
    });
  }

  it("has the stack file's timings and limits", () => {
    const patroni = {
      ttlSeconds: 45,
      loopWaitSeconds: 7,
      retryTimeoutSeconds: 9,
      primaryStartTimeoutSeconds: 11,
      primaryStopTimeoutSeconds: 12,
      maximumLagOnFailoverBytes: 13,
      memberSlotsTtlSeconds: 14,
      synchronousMode: "on",
      synchronousModeStrict: true,
      synchronousNodeCount: 2,
      failsafeMode: false,
    } as const;
    const { postgresql, hapg, ...others } = dynamic({ patroni });
    assert.ok(postgresql);
    assert.ok(hapg);
    assert.deepEqual(others, {
      ttl: 45,
      loop_wait: 7,
      retry_timeout: 9,
      maximum_lag_on_failover: 13,
      member_slots_ttl: 14,
      primary_start_timeout: 11,
      primary_stop_timeout: 12,
      synchronous_mode: true,
      synchronous_mode_strict: true,
      synchronous_node_count: 2,
      failsafe_mode: false,
    });
  });

  it("lets the stack file's parameters win over every default", () => {
    const mine = {
      max_connections: 300,
      shared_buffers: "64MB",
      effective_cache_size: "65MB",
      work_mem: "1MB",
      maintenance_work_mem: "33MB",
      password_encryption: "SCRAM-SHA-256",
      wal_log_hints: "off",
      wal_level: "logical",
      max_wal_senders: 11,
      max_replication_slots: 12,
      max_slot_wal_keep_size: "5GB",
      wal_retrieve_retry_interval: "600ms",
      tcp_keepalives_idle: "11s",
      tcp_keepalives_interval: "6s",
      tcp_keepalives_count: 4,
      tcp_user_timeout: "21s",
      log_line_prefix: "%m ",
      log_checkpoints: "off",
      log_lock_waits: "off",
      log_temp_files: "11MB",
    };
    const defaults = parametersOf({});
    assert.deepEqual(Object.keys(mine).sort(), Object.keys(defaults).sort());
    assert.deepEqual(parametersOf({ parameters: mine }), mine);
  });

  it("keeps the types of the stack file's parameters", () => {
    const parameters = { jit: false, random_page_cost: 1.1, work_mem: "8MB" };
    const { jit, random_page_cost, work_mem } = parametersOf({ parameters });
    assert.deepEqual({ jit, random_page_cost, work_mem }, parameters);
  });

  it("has slots and senders for as many members as there can be, whatever their number is now", () => {
    for (const members of [1, 3, 9]) {
      const { max_wal_senders, max_replication_slots } = parametersOf({ members });
      // A parameter that followed the number of members would restart all of them when one joins.
      assert.deepEqual([max_wal_senders, max_replication_slots], [20, 20]);
    }
  });

  for (const connections of [50, "50"]) {
    it(`sizes sorts for max_connections: ${JSON.stringify(connections)}`, () => {
      const { max_connections, work_mem } = parametersOf({
        memoryMegabytes: 4096,
        parameters: { max_connections: connections },
      });
      assert.deepEqual(
        { max_connections, work_mem },
        { max_connections: connections, work_mem: "20MB" },
      );
    });
  }

  it("removes a diverged member's data only if it may", () => {
    for (const removeDataOnDivergence of [true, false]) {
      const { postgresql } = dynamic({ postgres: { removeDataOnDivergence } });
      assert.equal(postgresql.remove_data_directory_on_rewind_failure, removeDataOnDivergence);
      assert.equal(postgresql.remove_data_directory_on_diverged_timelines, removeDataOnDivergence);
    }
  });

  it("lets clients do without encryption only where the stack file says so", () => {
    const lastLine = (input: Partial<SettingsInput>) => dynamic(input).postgresql.pg_hba.at(-1);
    assert.equal(lastLine({}), "hostssl all all 10.0.0.0/24 scram-sha-256");
    assert.equal(
      lastLine({ tls: { clients: "allowed" } }),
      "host all all 10.0.0.0/24 scram-sha-256",
    );
  });

  it("notes that the cluster was founded with encryption", () => {
    assert.equal(dynamic().hapg.founding.encrypted, true);
  });

  it("lets the cluster's networks in, after the stack file's own lines", () => {
    const { pg_hba: lines } = dynamic({ postgres: { hba: ["host a b all reject"] } }).postgresql;
    assert.deepEqual(lines.slice(-4), [
      "host a b all reject",
      "hostssl all all 127.0.0.1/32 scram-sha-256",
      "hostssl all all ::1/128 scram-sha-256",
      "hostssl all all 10.0.0.0/24 scram-sha-256",
    ]);
  });
});
