import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionStrings } from "../../configs/cluster/connectionStrings";
import type { PostgresCluster } from "../../components/postgresCluster";
import type { SettingsInput } from "../../configs/settings/schema";
import { vmCluster } from "../support/fixtures";
import { threeHosts } from "../support/models";
import { passwordMark, record, valueOf } from "../support/mocks";
import { withAddress } from "../support/vmGraph";

describe("outputs of a cluster on virtual machines", () => {
  /** A cluster and its connection strings. */
  async function clusterWith(input: Partial<SettingsInput>) {
    let cluster: PostgresCluster | undefined;
    await record(() => {
      cluster = vmCluster(input);
    });
    assert.ok(cluster !== undefined);
    const { connectionStrings } = cluster;
    const endpoints = await valueOf(cluster.endpoints);
    const strings = await new Promise<Record<string, ConnectionStrings>>((resolve) => {
      connectionStrings.apply(resolve);
    });
    return { endpoints, strings, isSecret: await pulumi.isSecret(connectionStrings) };
  }
  const at = (port: number, ...addresses: string[]) => addresses.map((host) => ({ host, port }));
  const own = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

  it("lead to the virtual address, and to the members themselves", async () => {
    const { endpoints } = await clusterWith(withAddress);
    assert.deepEqual(endpoints, {
      write: at(5000, "10.0.0.100"),
      read: at(5001, "10.0.0.100"),
      pool: at(6432, "10.0.0.100"),
      members: at(5432, ...own),
      statsUrl: "https://10.0.0.100:8404/stats",
      metricsUrl: "https://10.0.0.100:8404/metrics",
      restApiUrl: "https://10.0.0.100:8009",
    });
  });

  it("say which versions run, with those that the stack file asks for", async () => {
    const hosts = Object.fromEntries(
      Object.entries(threeHosts).map(([name, host]) => [name, { ...host, away: name === "db2" }]),
    );
    const vm = { hosts, versions: { "postgresql-17": "17.12-1" } };
    let cluster: PostgresCluster | undefined;
    await record(() => {
      const packages = { patroni: "4.0.7-1", "postgresql-17": "17.11-1", haproxy: "3.0.11-1" };
      cluster = vmCluster({ vm }, { db1: { packages }, db3: { packages: {} } });
    });
    assert.ok(cluster !== undefined);
    const versions = await valueOf(cluster.versions);
    assert.deepEqual(versions.patroni1, { patroni: "4.0.7-1", "postgresql-17": "17.12-1" });
    assert.deepEqual(versions.haproxy1, { haproxy: "3.0.11-1" });
    assert.equal(versions.patroni2, undefined);
    assert.deepEqual(versions.haproxy3, {});
  });

  it("lead to all routers where there is no virtual address: clients try one after the other", async () => {
    const { endpoints, strings, isSecret } = await clusterWith({});
    assert.deepEqual(endpoints.write, at(5000, ...own));
    assert.deepEqual(endpoints.pool, at(6432, ...own));
    assert.equal(endpoints.statsUrl, "https://10.0.0.1:8404/stats");
    const password = `${passwordMark}-cluster-credentials-role-app`;
    const all = (port: number) => own.map((address) => `${address}:${port}`).join(",");
    assert.equal(
      strings.app?.write,
      `postgresql://app:${password}@${all(5000)}/app?sslmode=require`,
    );
    assert.equal(
      strings.app.pooledRead,
      `postgresql://app:${password}@${all(6432)}/app_ro?sslmode=require`,
    );
    assert.ok(strings.app.libpq.includes(`@${all(5432)}/app?`), strings.app.libpq);
    assert.equal(isSecret, true);
  });

  /** Two routers, and a pool on one host. */
  const withPoolOn = (host: string): Partial<SettingsInput> => ({
    ...withAddress,
    haproxy: { instances: 2 },
    pgbouncer: { instances: 1 },
    vm: {
      hosts: Object.fromEntries(
        [1, 2, 3].map((i) => [
          `db${i}`,
          {
            address: `10.0.0.${i}`,
            services: [
              ...[`etcd${i}`, `patroni${i}`],
              ...(i < 3 ? [`haproxy${i}`] : []),
              ...(host === `db${i}` ? ["pgbouncer1"] : []),
            ],
          },
        ]),
      ),
    },
  });
  for (const [host, address, where] of [
    ["db3", "10.0.0.3", "on another host: the virtual address never comes there"],
    ["db1", "10.0.0.1", "on one of the routers' hosts: the virtual address may be elsewhere"],
  ] as const) {
    it(`lead by its own address to a pool ${where}`, async () => {
      const { endpoints } = await clusterWith(withPoolOn(host));
      assert.deepEqual(endpoints.write, at(5000, "10.0.0.100"));
      assert.deepEqual(endpoints.pool, at(6432, address));
    });
  }

  it("lead to a member by its own address, even beside the only router", async () => {
    const { endpoints } = await clusterWith({
      ...withAddress,
      etcd: { members: 1 },
      postgres: { members: 1 },
      haproxy: { instances: 1 },
      pgbouncer: { instances: 1 },
      vm: {
        hosts: {
          db1: { address: "10.0.0.1", services: ["etcd1", "patroni1", "haproxy1", "pgbouncer1"] },
        },
      },
    });
    assert.deepEqual(endpoints.write, at(5000, "10.0.0.100"));
    assert.deepEqual(endpoints.members, at(5432, "10.0.0.1"));
  });
});
