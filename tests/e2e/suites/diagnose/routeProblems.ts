import type { Client } from "pg";
import { paths } from "../../../../configs/cluster/paths";
import type { Settings } from "../../../../configs/settings/schema";
import { connect, eventually } from "../../../../lab/writer";
import type { Provocation } from "./provocation";

const console = (settings: Settings, command: string) =>
  `psql -Xqw -h ${paths.pgSocket} -p ${settings.pgbouncer.port} -U pgbouncer -c '${command}' pgbouncer`;

/** Opens connections and does something with each. @returns what closes them */
const connections = async (url: string, count: number, statement: string) => {
  const clients: Client[] = [];
  const close = () => Promise.all(clients.map((client) => client.end()));
  try {
    // Not all at once: a busy machine takes longer for that than each may take.
    while (clients.length < count) clients.push(await eventually(15, () => connect(url)));
  } catch (error) {
    await close();
    throw error;
  }
  const all = Promise.allSettled(clients.map((client) => client.query(statement)));
  return async () => {
    await close();
    await all;
  };
};

/** Problems of the routes from clients to the primary. */
export const routeProblems: Provocation[] = [
  {
    id: "connections-saturated",
    severity: "warning",
    quotes: /^\d+ of \d+$/,
    provoke: async (scene) => {
      const free = await scene.sql(
        scene.primary,
        `SELECT ceil((current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int) * 0.84) - count(*)
         FROM pg_stat_activity WHERE backend_type = 'client backend'`,
      );
      // Straight to it: HAProxy lets no more through than fit.
      return connections(scene.toPrimary, Number(free), "SELECT 1");
    },
  },
  {
    id: "pool-paused",
    severity: "critical",
    provoke: async (scene) => {
      const { settings } = scene.cluster;
      await scene.inside("pgbouncer1", console(settings, "PAUSE"));
      return () => scene.inside("pgbouncer1", console(settings, "RESUME"));
    },
  },
  {
    id: "pool-waiting",
    severity: "warning",
    on: "docker",
    provoke: (scene) => {
      const { poolSize, reservePoolSize } = scene.cluster.settings.pgbouncer;
      const count = poolSize + reservePoolSize + 3;
      return connections(scene.strings.pooledWrite, count, "SELECT pg_sleep(9)");
    },
  },
  {
    id: "pool-unreachable",
    severity: "critical",
    provoke: (scene) => scene.faults.stop("pgbouncer1"),
  },
  {
    id: "router-unreachable",
    severity: "critical",
    provoke: (scene) => scene.faults.stop("haproxy1"),
  },
  {
    id: "router-without-primary",
    severity: "critical",
    provoke: (scene) => scene.faults.lose("haproxy1", scene.members, "both"),
  },
  {
    id: "address-nowhere",
    severity: "critical",
    on: "vm",
    provoke: async (scene) => {
      const names = ["keepalived1", "keepalived2", "keepalived3"];
      const undo = await Promise.all(names.map((name) => scene.faults.stop(name)));
      return () => Promise.all(undo.map((one) => one()));
    },
  },
];
