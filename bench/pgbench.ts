import { execaSync } from "execa";

/** A route to the primary for pgbench. */
export interface Route {
  name: string;
  host: string;
  port: number;
  /** Whether the client encrypts. */
  encrypted: boolean;
}

/** Where pgbench runs: beside the cluster, in its network, from the members' own image. */
export interface Bench {
  network: string;
  image: string;
  password: string;
}

/** Fills the tables, some 150 MB at scale 10. */
export function initialise(bench: Bench, route: Route, scale: number): void {
  pgbench(bench, route, ["--initialize", "--quiet", `--scale=${scale}`]);
}

/** Transactions per second of one run. */
export function transactionsPerSecond(
  bench: Bench,
  route: Route,
  mode: "read-only" | "read-write",
  seconds: number,
): number {
  const output = pgbench(bench, route, [
    "--client=16",
    "--jobs=2",
    "--no-vacuum",
    "--protocol=prepared",
    `--time=${seconds}`,
    ...(mode === "read-only" ? ["--select-only"] : []),
  ]);
  const [, tps] = /tps = ([\d.]+)/.exec(output) ?? [];
  if (tps === undefined) throw new Error(`pgbench printed no tps:\n${output}`);
  return Number(tps);
}

/**
 * Mean latency of a read, in milliseconds, at a rate that leaves the machine idle for most of the
 * time: what a route costs a client where cores are not short.
 */
export function readLatency(bench: Bench, route: Route, rate: number, seconds: number): number {
  const output = pgbench(bench, route, [
    ...["--client=16", "--jobs=2", "--no-vacuum", "--protocol=prepared", "--select-only"],
    ...[`--rate=${rate}`, `--time=${seconds}`],
  ]);
  const [, scheduled] = /latency average = ([\d.]+) ms/.exec(output) ?? [];
  if (scheduled === undefined) throw new Error(`pgbench printed no latency:\n${output}`);
  return Number(scheduled);
}

function pgbench({ network, image, password }: Bench, route: Route, options: string[]): string {
  // The password comes on standard input: neither the process list nor `docker inspect` has it.
  const script =
    'read -r PGPASSWORD; export PGPASSWORD; exec /usr/lib/postgresql/*/bin/pgbench "$@"';
  const sslmode = route.encrypted ? "require" : "disable";
  const target = ["--host", route.host, "--port", String(route.port), "--username", "app"];
  const { stdout } = execaSync(
    "docker",
    [
      ...["run", "--rm", "-i", "--network", network, "--no-healthcheck", "--entrypoint", "sh"],
      ...["--env", `PGSSLMODE=${sslmode}`],
      ...[image, "-c", script, "pgbench", ...options, ...target, "app"],
    ],
    { input: `${password}\n` },
  );
  return stdout;
}
