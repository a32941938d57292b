import { Command } from "@commander-js/extra-typings";
import type { Look } from "../../operations/look/look";
import {
  reconnect,
  type ServerConnection,
  serverConnections,
} from "../../operations/poolReconnect";
import { Refusal } from "../../operations/switchover/choice";
import { until } from "../../operations/until";
import { act } from "../act";
import { acting } from "../acting";
import { type Cluster, examples, withCluster } from "../command";
import { exitCode, Failure } from "../failure";

const reconnectPools = acting("reconnect", "replace the connections of every pool to PostgreSQL")
  .addHelpText("after", examples("pool reconnect", "pool reconnect --yes --timeout 30"))
  .action(async (options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, async (look) => {
        const { reach, settings } = cluster;
        const { answering, silent } = poolsIn(look);
        if (answering.length === 0) throw new Refusal(`No PgBouncer answers: ${silent.join("; ")}`);
        const former = await connectionsOf(answering, cluster);
        return {
          plan: [
            ...answering.map((pool) => `${pool}: ${former.get(pool)?.length ?? 0} connections`),
            "Each is closed when no transaction uses it, and a new one takes its place. " +
              "Clients stay connected.",
            ...silent.map((one) => `Left out: ${one}`),
          ],
          carryOut: async () => {
            await Promise.all(answering.map((pool) => reconnect(reach, pool, settings)));
            if (options.wait) await untilReplaced(former, cluster, options.timeout);
            if (silent.length > 0)
              throw new Failure(
                `Not every PgBouncer has reconnected: ${silent.join("; ")}`,
                exitCode.failed,
              );
          },
          isVerified: false,
          done: options.wait
            ? "All connections are new."
            : "Connections are replaced when released.",
        };
      }),
    );
  });

/** `hapg pool`: acts on all PgBouncers. */
export const pool = new Command("pool")
  .description("act on every PgBouncer; see `pool reconnect`")
  .addCommand(reconnectPools);

/** PgBouncers by whether their console answers, with the reason if not. */
function poolsIn({ pools }: Look): { answering: string[]; silent: string[] } {
  const problems = pools.map(({ name, facts, silence }) => ({
    name,
    problem: silence ?? facts.pools.problem,
  }));
  return {
    answering: problems.flatMap(({ name, problem }) => (problem === undefined ? [name] : [])),
    silent: problems.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [`${name}: ${problem}`],
    ),
  };
}

type ByPool = Map<string, ServerConnection[]>;

const connectionsOf = async (pools: string[], { reach, settings }: Cluster): Promise<ByPool> =>
  new Map(
    await Promise.all(
      pools.map(async (name) => [name, await serverConnections(reach, name, settings)] as const),
    ),
  );

async function untilReplaced(former: ByPool, cluster: Cluster, seconds: number): Promise<void> {
  let left: string[] = [];
  const areReplaced = async () => {
    const now = await connectionsOf([...former.keys()], cluster);
    left = [...now].flatMap(([name, connections]) => {
      const before = new Set(former.get(name)?.map(({ id }) => id));
      return connections
        .filter(({ id }) => before.has(id))
        .map(({ database, user }) => `${name}: a client of ${user} in ${database}`);
    });
    return left.length === 0;
  };
  if (await until(seconds, areReplaced, 250)) return;
  throw new Failure(
    [
      `${left.length} of the former connections are still in use after ${seconds} s. ` +
        "PgBouncer replaces them when their clients release them.",
      ...new Set(left),
    ].join("\n"),
    exitCode.failed,
  );
}
