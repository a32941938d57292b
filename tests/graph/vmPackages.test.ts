import assert from "node:assert/strict";
import { callOf, recordCluster, removalOf, stateOf } from "../support/vmGraph";

describe("packages on hosts", () => {
  it("are those of their services, at the stack file's versions, and are let go with the host", async () => {
    const versions = { patroni: "4.0.4-1", haproxy: "3.0.11-1" };
    const postgres = { packages: ["postgresql-17-pgvector", "postgresql-17-cron=1.6"] };
    const recorder = await recordCluster({ vm: { versions }, postgres });
    assert.deepEqual(callOf(stateOf(recorder, "patroni3"), "install_packages"), [
      ...["install_packages", "patroni.service", "patroni=4.0.4-1", "python3-etcd"],
      ...["postgresql-17", "postgresql-client-17", "curl", "nftables"],
      ...["postgresql-17-pgvector", "postgresql-17-cron=1.6"],
    ]);
    assert.deepEqual(callOf(removalOf(recorder, "db3"), "remove_host"), [
      ...["remove_host", "etcd-server", "etcd-client", "curl", "patroni", "python3-etcd"],
      ...["postgresql-17", "postgresql-client-17", "nftables"],
      ...["postgresql-17-pgvector", "postgresql-17-cron"],
      ...["haproxy", "pgbouncer", "postgresql-client"],
    ]);
  });

  it("come from PostgreSQL's repository, or a mirror, only if the stack file says so", async () => {
    const call = "add_postgresql_repository";
    const without = await recordCluster();
    assert.deepEqual(callOf(stateOf(without, "db1"), call), [""]);
    const postgresqlRepository = "https://mirror.example/pub/apt";
    const recorder = await recordCluster({
      vm: { packageSource: "postgresql", postgresqlRepository },
    });
    assert.deepEqual(callOf(stateOf(recorder, "db1"), call), [call, postgresqlRepository]);
  });
});
