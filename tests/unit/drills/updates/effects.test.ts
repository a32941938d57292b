import assert from "node:assert/strict";
import { parseSettings } from "../../../../configs/settings/parse";
import { certificateEffect } from "../../../../drills/updates/effects/certificateEffects";
import { differences } from "../../../../drills/updates/effects/effect";
import { parameterEffects } from "../../../../drills/updates/effects/parameterEffects";
import {
  patroniEffects,
  synchronousEffect,
} from "../../../../drills/updates/effects/patroniEffects";
import { poolEffects } from "../../../../drills/updates/effects/poolEffects";
import { roleEffects } from "../../../../drills/updates/effects/roleEffects";
import { routerEffects } from "../../../../drills/updates/effects/routerEffects";
import { triedParameters } from "../../../../drills/updates/parameters";

const settings = parseSettings({
  clusterName: "drilled",
  roles: { app: { connectionLimit: 40 } },
  postgres: { memoryMegabytes: 512, parameters: { checkpoint_timeout: "7min" } },
  patroni: { synchronousMode: "quorum", ttlSeconds: 25 },
  pgbouncer: { poolSize: 12 },
  haproxy: { checkFall: 2, maxConnections: 1500 },
  credentials: { replication: 1 },
});

describe("what the update drill expects of running services", () => {
  it("is each parameter of the stack file, and the default of those that it does not name", () => {
    const shown = triedParameters.map(({ name, otherwise }) => `${name}|${otherwise}`);
    const others = ["shared_buffers|128MB", "pending_restart|max_connections"];
    const answer = [...shown, ...others].join("\n");
    assert.deepEqual(differences(parameterEffects(settings, "patroni1", answer)), [
      "patroni1: checkpoint_timeout is 5min, not 7min",
      "patroni1: pending_restart is max_connections, not ",
    ]);
    assert.match(
      differences(parameterEffects(settings, "patroni1", "")).join("\n"),
      /patroni1: max_connections is not shown, not 100/,
    );
  });

  it("is Patroni's dynamic configuration, and what the primary waits for", () => {
    const config = {
      ...{ ttl: 25, loop_wait: 2, retry_timeout: 5, failsafe_mode: true },
      ...{ synchronous_mode: true, synchronous_node_count: 1 },
    };
    assert.deepEqual(differences(patroniEffects(settings, "patroni2", config)), [
      "patroni2: synchronous_mode is true, not quorum",
    ]);
    const seen = (names: string) => differences([synchronousEffect(settings, "patroni1", names)]);
    assert.deepEqual(seen("ANY 1 (patroni2,patroni3)"), []);
    assert.deepEqual(seen("patroni2"), ["patroni1: synchronous mode is on, not quorum"]);
    assert.deepEqual(seen(""), ["patroni1: synchronous mode is off, not quorum"]);
  });

  it("is HAProxy's limits and one member that takes writes", () => {
    const rows = [
      "# pxname,svname,slim,status,check_rise,check_fall",
      "write,FRONTEND,1500,OPEN,,",
      "primary,patroni1,,UP,1,3",
      "primary,patroni2,,UP 1/2,1,3",
      "primary,patroni3,,DOWN,1,3",
      "primary,BACKEND,150,UP,,",
    ];
    assert.deepEqual(differences(routerEffects(settings, "haproxy1", rows.join("\n"))), [
      "haproxy1: checkFall is 3, not 2",
      "haproxy1: members that take writes is 2, not 1",
    ]);
  });

  it("is PgBouncer's configuration", () => {
    const shown = [
      ...["key,value,default,changeable", "default_pool_size,20,20,yes"],
      ...["reserve_pool_size,5,0,yes", "max_client_conn,1000,100,yes"],
      ...["query_wait_timeout,60,120,yes", "server_idle_timeout,300,600,yes"],
    ];
    assert.deepEqual(differences(poolEffects(settings, "pgbouncer1", shown.join("\n"))), [
      "pgbouncer1: default_pool_size is 20, not 12",
    ]);
  });

  it("is the limits of roles, and the current login of every standby", () => {
    const answer = "limit|app|-1\nstream|patroni2|replicator_b\nstream|patroni3|replicator";
    assert.deepEqual(differences(roleEffects(settings, "patroni1", answer)), [
      "patroni1: connection limit of app is -1, not 40",
      "patroni3: login of replication is replicator, not replicator_b",
    ]);
    assert.match(
      differences(roleEffects(settings, "patroni1", "limit|app|40")).join(),
      /standbys that stream is 0, not 2/,
    );
  });

  it("is the certificate that the state has", () => {
    const seen = certificateEffect("patroni1", {}, "PostgreSQL", "AA:BB");
    assert.deepEqual(differences([seen]), [
      "patroni1: certificate of PostgreSQL is AA:BB, not none",
    ]);
  });
});
