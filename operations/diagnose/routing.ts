import { paths } from "../../configs/cluster/paths";
import { type Check, finding } from "./finding";
import { lastWords, withLog } from "./logged";
import { nextFor } from "./stopped";

/** Share of the maximum sessions of HAProxy that causes a warning. */
const saturation = 0.85;

/** Maximum wait of a client of the pool, in seconds. */
const longWaitSeconds = 3;

/** Checks that clients reach the primary through HAProxy, PgBouncer and the virtual address. */
export const routing: Check = ({ look, settings, run }) => [
  ...look.routers.flatMap((router) => {
    const { name, facts, silence } = router;
    if (facts?.servers.value === undefined) {
      const evidence = withLog(silence ?? facts.servers.problem, lastWords(look, name));
      return [finding("router-unreachable", name, evidence, nextFor(router, { run }))];
    }
    const primaries = facts.servers.value
      .filter(({ backend, isUp }) => backend === "primary" && isUp)
      .map(({ member }) => member);
    return [
      ...(primaries.length === 0
        ? [
            finding(
              "router-without-primary",
              name,
              "no server of the backend primary is up",
              run("status"),
            ),
          ]
        : []),
      ...(primaries.length > 1
        ? [finding("router-two-primaries", name, primaries.join(", "), run("status"))]
        : []),
      ...Object.entries(facts.frontends.value ?? {})
        .filter(([, { sessions, limit }]) => sessions > limit * saturation)
        .map(([frontend, { sessions, limit }]) =>
          finding(
            "router-saturated",
            name,
            `${frontend}: ${sessions} of ${limit} sessions`,
            run("status"),
          ),
        ),
      ...facts.servers.value
        .filter(({ waiting }) => waiting > 0)
        .map(({ member, sessions, waiting }) =>
          finding(
            "router-waiting",
            name,
            `${member}: ${sessions} sessions, ${waiting} wait`,
            run("activity", member),
          ),
        ),
    ];
  }),
  ...look.pools.flatMap((pool) => {
    const { name, facts, silence } = pool;
    if (facts?.pools.value === undefined) {
      const evidence = withLog(silence ?? facts.pools.problem, lastWords(look, name));
      return [finding("pool-unreachable", name, evidence, nextFor(pool, { run }))];
    }
    return [
      ...(facts.isPaused.value === true
        ? [
            finding(
              "pool-paused",
              name,
              "SHOW STATE: paused",
              run(
                ...(["exec", name, "--", "psql", "-h", paths.pgSocket] as const),
                ...["-p", String(settings.pgbouncer.port), "-U", "pgbouncer", "-c", "RESUME"],
                "pgbouncer",
              ),
            ),
          ]
        : []),
      ...facts.pools.value
        .filter(({ longestWaitSeconds }) => longestWaitSeconds >= longWaitSeconds)
        .map(({ database, user, waiting, longestWaitSeconds }) =>
          finding(
            "pool-waiting",
            name,
            `${database}/${user}: ${waiting} clients, the longest for ${longestWaitSeconds} s`,
            run("activity"),
          ),
        ),
    ];
  }),
];

/** Checks that exactly one host holds the virtual address. */
export const virtualAddress: Check = ({ look, settings, run }) => {
  const { virtualAddress: address } = settings.keepalived;
  if (address === undefined) return [];
  const holders = look.addresses.filter(({ facts }) => facts?.holds.value === true);
  const names = look.addresses.map(({ name }) => name);
  if (holders.length === 1) return [];
  return holders.length === 0
    ? [
        finding(
          "address-nowhere",
          address,
          `asked ${names.join(", ")}`,
          run("logs", names[0] ?? ""),
        ),
      ]
    : [
        finding(
          "address-twice",
          address,
          holders.map(({ name }) => name).join(", "),
          run("logs", holders[0]?.name ?? ""),
        ),
      ];
};
