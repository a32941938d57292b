import { clusterMembers, leaderOf } from "../operations/clusterView";
import { docker, DockerObjects } from "../lab/dockerObjects";
import { E2eStack } from "../lab/e2eStack";
import { eventually, query } from "../lab/writer";
import { EmptyProgram } from "./emptyProgram";
import { removingAfter } from "./removing";
import { initialise, readLatency, type Route, transactionsPerSecond } from "./pgbench";
import { chosen, type Figure, option, Report } from "../measure/report";
import { spread } from "../measure/statistics";
import { ratio } from "./times";
import { costFigures, type UpdateCost, updateUnderLoad } from "./updates";

const name = "hapg-bench";
const objects = new DockerObjects(name);
const empty = new EmptyProgram();
const settings = (members: number, changes: Changes = {}) => ({
  clusterName: name,
  haproxy: { writePort: 35000, readPort: 35001, statsPort: 38404, restApiPort: 38009 },
  pgbouncer: { port: 36432 },
  docker: { memberPort: 35432 },
  postgres: { members, memoryMegabytes: 512, parameters: changes.parameters ?? {} },
  roles: { app: { rotation: changes.rotation ?? 0 } },
  // So that the same cluster is measured with and without.
  tls: { clients: "allowed" },
});

/** What an update changes, besides the number of members. */
interface Changes {
  parameters?: Record<string, string | number>;
  /** How often the password of `app` has been changed. */
  rotation?: number;
}

const updates: { what: string; change: (run: number) => Changes }[] = [
  {
    what: "up with a reload-only change",
    change: (run) => ({ parameters: { work_mem: `${5 + run}MB` } }),
  },
  {
    what: "up with a restart change",
    change: (run) => ({ parameters: { max_connections: 110 + 10 * run } }),
  },
  { what: "up with the rotation of a role", change: (run) => ({ rotation: run + 1 }) },
];

/** What is measured, in this order. All but `startup` begin with a cluster of three members. */
const parts = {
  startup: bringUp,
  memory: () => Promise.resolve(idleMemory()),
  throughput,
  latency,
  updates: changed,
  scaling: scaled,
  growth,
};

/**
 * `npm run bench [-- --runs N] [--seconds N] [--only PART,…]`: how long the cluster takes to come
 * up, to be changed and to grow, what it needs, and what each route to the primary costs. The time
 * to come up has a ratio to the `up` of an empty program in the same minutes. Prints a table and writes `reports/bench.json`.
 */
async function main(): Promise<void> {
  const runs = option("--runs", 5);
  const seconds = option("--seconds", 15);
  const names = chosen(Object.keys(parts) as (keyof typeof parts)[]);
  const report = new Report("bench");
  objects.remove();
  const stack = new E2eStack(name);
  const work = async () => {
    await stack.init();
    if (names[0] !== "startup") {
      stack.configure(settings(3));
      await stack.up();
    }
    for (const part of names) {
      for (const figure of await parts[part](stack, runs, seconds)) report.add(figure);
    }
  };
  await removingAfter(work, () => {
    stack.dispose();
    empty.dispose();
    objects.remove();
  });
  report.finish();
}

/** From nothing, with engine and images there, to the first acknowledged write on both endpoints. */
async function bringUp(stack: E2eStack, runs: number): Promise<Figure[]> {
  stack.configure(settings(3));
  await stack.up(); // makes the images
  const firstWrite: { haproxy: number[]; pool: number[] } = { haproxy: [], pool: [] };
  const finished: number[] = [];
  const reference: number[] = [];
  await empty.begin();
  for (let run = 0; run < runs; run++) {
    await stack.succeed("destroy", "--yes", "--skip-preview");
    objects.removeData();
    reference.push(await empty.run("up", "--yes", "--skip-preview"));
    const started = Date.now();
    finished.push((await stack.up()).seconds);
    const outputs = await stack.outputs();
    const app = outputs.connectionStrings.app;
    if (app === undefined) throw new Error("no connection strings for app");
    await eventually(60, () => query(app.write, "CREATE TABLE first_write AS SELECT 1"));
    firstWrite.haproxy.push((Date.now() - started) / 1000);
    await eventually(60, () => query(app.pooledWrite, "INSERT INTO first_write SELECT 2"));
    firstWrite.pool.push((Date.now() - started) / 1000);
  }
  return [
    { what: "up of an empty program", unit: "s", values: spread(reference) },
    ratio("up from nothing to an empty program", finished, reference),
    { what: "up from nothing, 3 members", unit: "s", values: spread(finished) },
    { what: "first write through 5000", unit: "s", values: spread(firstWrite.haproxy) },
    { what: "first write through 6432", unit: "s", values: spread(firstWrite.pool) },
  ];
}

/** How long it takes to see that nothing is to be done. */
async function withoutChange(stack: E2eStack, runs: number): Promise<Figure[]> {
  const preview: number[] = [];
  const up: number[] = [];
  for (let run = 0; run < runs; run++) {
    preview.push((await stack.succeed("preview", "--expect-no-changes")).seconds);
    up.push((await stack.up("--expect-no-changes")).seconds);
  }
  return [
    { what: "preview without a change", unit: "s", values: spread(preview) },
    { what: "up without a change", unit: "s", values: spread(up) },
  ];
}

/** What `docker stats` shows of a cluster without clients. */
function idleMemory(): Figure[] {
  const lines = docker(
    "stats",
    "--no-stream",
    "--format",
    "{{.Name}} {{.MemUsage}}",
    ...objects.runningContainers(),
  ).split("\n");
  const families = new Map<string, number[]>();
  for (const line of lines) {
    const [, family = "", amount, unit] = /-([a-z]+)\d+ ([\d.]+)(KiB|MiB|GiB)/.exec(line) ?? [];
    const factor = { KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit ?? ""] ?? NaN;
    families.set(family, [...(families.get(family) ?? []), Number(amount) * factor]);
  }
  return [...families].map(([family, values]) => ({
    what: `idle memory of ${family}`,
    unit: "MiB",
    values: spread(values),
  }));
}

/** The routes to the primary that are compared, and where pgbench runs. */
async function comparison(stack: E2eStack) {
  const outputs = await stack.outputs();
  const leader = leaderOf(await clusterMembers(outputs))?.name;
  const bench = {
    network: name,
    image: docker("inspect", "--format", "{{.Image}}", `${name}-patroni1`),
    password: new URL(outputs.connectionStrings.app?.write ?? "").password,
  };
  const { haproxy, pgbouncer } = settings(3);
  const direct: Route = { name: "direct", host: leader ?? "", port: 5432, encrypted: false };
  const plain: Route[] = [
    direct,
    { name: "HAProxy", host: "haproxy1", port: haproxy.writePort, encrypted: false },
    { name: "PgBouncer", host: "pgbouncer1", port: pgbouncer.port, encrypted: false },
  ];
  const encrypted = plain.map((route) => ({
    ...route,
    name: `${route.name} with TLS`,
    encrypted: true,
  }));
  initialise(bench, direct, 10);
  return { bench, routes: [...plain, ...encrypted] };
}

/** A figure of each route, and its ratios to the first one, direct and without TLS. */
function compared(
  what: string,
  of: Pick<Figure, "unit" | "digits">,
  found: number[][],
  names: string[],
) {
  const reference = found[0] ?? [];
  return names.flatMap((route, at): Figure[] => {
    const values = found[at] ?? [];
    const ratios = values.map((value, run) => value / (reference[run] ?? NaN));
    const figure = { what: `${what}, ${route}`, ...of, values: spread(values) };
    if (at === 0) return [figure];
    const ratio = {
      what: `${what}, ${route} against direct`,
      unit: "ratio",
      values: spread(ratios),
    };
    return [figure, { ...ratio, digits: 2 }];
  });
}

/** Measures each route in turn, again and again, so that a slower machine is slower for all. */
function inTurn(routes: Route[], runs: number, measure: (route: Route) => number): number[][] {
  const found: number[][] = routes.map(() => []);
  for (let run = 0; run < runs; run++) {
    routes.forEach((route, at) => found[at]?.push(measure(route)));
  }
  return found;
}

/** Transactions per second with 16 clients. */
async function throughput(stack: E2eStack, runs: number, seconds: number): Promise<Figure[]> {
  const { bench, routes } = await comparison(stack);
  const names = routes.map((route) => route.name);
  return (["read-only", "read-write"] as const).flatMap((mode) => {
    const found = inTurn(routes, runs, (route) =>
      transactionsPerSecond(bench, route, mode, seconds),
    );
    return compared(`pgbench ${mode}`, { unit: "TPS", digits: 0 }, found, names);
  });
}

/** Latency of reads at a rate that leaves the machine idle for most of the time. */
async function latency(stack: E2eStack, runs: number, seconds: number): Promise<Figure[]> {
  const { bench, routes } = await comparison(stack);
  const rate = 4000;
  const found = inTurn(routes, runs, (route) => readLatency(bench, route, rate, seconds));
  const names = routes.map((route) => route.name);
  return compared(`latency of a read at ${rate}/s`, { unit: "ms", digits: 2 }, found, names);
}

/** Updates of a cluster that is written to: how long they take, and how long writes stand still. */
async function changed(stack: E2eStack, runs: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  let settled: Changes = {};
  for (const { what, change } of updates) {
    const costs: UpdateCost[] = [];
    for (let run = 0; run < runs; run++) {
      settled = { ...settled, ...change(run) };
      stack.configure(settings(3, settled));
      costs.push(await updateUnderLoad(stack, 3));
    }
    figures.push(...costFigures(what, costs));
  }
  // What comes next begins with the settings of before.
  stack.configure(settings(3, { rotation: runs }));
  await updateUnderLoad(stack, 3);
  return figures;
}

/** Members that join a cluster that is written to, and leave it again. */
async function scaled(stack: E2eStack, runs: number): Promise<Figure[]> {
  const costs: { out: UpdateCost[]; back: UpdateCost[] } = { out: [], back: [] };
  const at = async (members: number) => {
    stack.configure(settings(members, { rotation: runs }));
    return updateUnderLoad(stack, members);
  };
  for (let run = 0; run < runs; run++) {
    costs.out.push(await at(5));
    costs.back.push(await at(3));
  }
  return [
    ...costFigures("up from 3 to 5 members", costs.out),
    ...costFigures("up from 5 to 3 members", costs.back),
  ];
}

/** How preview and up grow with the number of members. */
async function growth(stack: E2eStack, runs: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const members of [3, 5, 7]) {
    stack.configure(settings(members, { rotation: runs }));
    const { seconds } = await stack.up();
    if (members > 5) {
      figures.push({
        what: `up from ${members - 2} to ${members} members`,
        unit: "s",
        values: spread([seconds]),
      });
    }
    for (const figure of await withoutChange(stack, runs)) {
      figures.push({ ...figure, what: `${figure.what}, ${members} members` });
    }
  }
  return figures;
}

void main();
