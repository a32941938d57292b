import { setTimeout as pause } from "node:timers/promises";
import { clusterMembers, leaderOf } from "../operations/clusterView";
import { E2eStack } from "../lab/e2eStack";
import { untilStreaming } from "../lab/cluster/streaming";
import { TestHosts } from "../lab/hosts/testHosts";
import { eventually, query, writingDuring } from "../lab/writer";
import { chosen, option, Report } from "../measure/report";
import { spread } from "../measure/statistics";
import { EmptyProgram } from "./emptyProgram";
import { ratio, Times } from "./times";
import { costFigures, type UpdateCost, updateUnderLoad } from "./updates";

const name = "hapg-bench-vm";
const virtualAddress = "10.213.79.100";
const report = new Report("bench-vm");
const hosts = new TestHosts({ prefix: name, subnet: "10.213.79.0/24" });
const stack = new E2eStack(name);
const empty = new EmptyProgram();
// The hosts end this process when it is interrupted.
process.once("exit", () => {
  stack.dispose();
  empty.dispose();
});

/** Settings that a step may change. */
interface Changes {
  members?: number;
  memoryMegabytes?: number;
  parameters?: Record<string, string | number>;
  /** How often the password of `app` has been changed. */
  rotation?: number;
}

let settled: Required<Changes> = { members: 3, memoryMegabytes: 384, parameters: {}, rotation: 0 };

/** Has the stack file say what hosts there are, and what has changed; the rest stays. */
function configure(changes: Changes = {}): void {
  settled = { ...settled, ...changes };
  const { members, memoryMegabytes, parameters, rotation } = settled;
  const numbers = Array.from({ length: members }, (_, i) => i + 1);
  stack.configure({
    clusterName: name,
    platform: "vm",
    postgres: { members, memoryMegabytes, parameters },
    roles: { app: { rotation } },
    etcd: { members, memoryMegabytes: 128 },
    haproxy: { instances: members, memoryMegabytes: 128 },
    pgbouncer: { instances: members },
    keepalived: { virtualAddress },
    vm: {
      ssh: { user: "deploy", privateKeyFile: hosts.access.privateKeyFile },
      hosts: Object.fromEntries(
        numbers.map((n) => {
          const { address, hostKey } = hosts.host(`db${n}`);
          const services = ["etcd", "patroni", "haproxy", "pgbouncer"].map((one) => `${one}${n}`);
          return [`db${n}`, { address, hostKey, services }];
        }),
      ),
    },
  });
}

/** What is measured, in this order. `startup` is always part of it. */
const parts = { startup: bringUp, idle: withoutChange, updates, deaths: hostDeaths, growth };

/**
 * `npm run bench:vm [-- --runs N] [--only PART,…]`: how long a cluster on hosts takes to come up
 * from nothing but an SSH server, to be looked at and to grow, and the write outages meanwhile and
 * when hosts die. Prints a table and writes `reports/bench-vm.json`.
 */
async function main(): Promise<void> {
  const runs = option("--runs", 3);
  const names = chosen(Object.keys(parts) as (keyof typeof parts)[]);
  try {
    await stack.init();
    for (const part of new Set(["startup" as const, ...names])) await parts[part](runs);
  } finally {
    hosts.remove();
  }
  report.finish();
}

const urls = async () => {
  const { connectionStrings, restApiUrl, caCertificate } = await stack.outputs();
  const { app } = connectionStrings;
  if (app === undefined) throw new Error("no connection strings for app");
  return { ...app, api: { restApiUrl, caCertificate } };
};

/** Hosts that have nothing of the cluster, not even packages, each time. */
async function bringUp(runs: number): Promise<void> {
  const names = ["db1", "db2", "db3"];
  await hosts.start(...names);
  const firstWrite: number[] = [];
  const reference: number[] = [];
  await empty.begin();
  for (let run = 0; run < runs; run++) {
    if (run > 0) {
      await stack.succeed("destroy", "--yes", "--skip-preview");
      await Promise.all(names.map((host) => hosts.replace(host)));
    }
    configure();
    reference.push(await empty.run("up", "--yes", "--skip-preview"));
    const started = Date.now();
    await stack.up();
    const { write } = await urls();
    await eventually(60, () => query(write, "CREATE TABLE first_write AS SELECT 1"));
    firstWrite.push((Date.now() - started) / 1000);
  }
  report.add({ what: "bare hosts to the first write", unit: "s", values: spread(firstWrite) });
  report.add({ what: "up of an empty program", unit: "s", values: spread(reference) });
  report.add(ratio("bare hosts to the first write, to that", firstWrite, reference));
}

/** How long it takes to see that nothing is to be done, beside an empty program. */
async function withoutChange(runs: number): Promise<void> {
  const nothing = new Times("an empty program");
  const hosts = new Times("3 hosts");
  for (let run = 0; run < runs; run++) {
    nothing.preview.push(await empty.run("preview"));
    nothing.up.push(await empty.run("up", "--yes", "--skip-preview"));
    hosts.preview.push((await stack.npmRun("preview", "--expect-no-changes")).seconds);
    const up = await stack.npmRun("up", "--yes", "--skip-preview", "--expect-no-changes");
    hosts.up.push(up.seconds);
  }
  for (const figure of [...nothing.figures(), ...hosts.figures()]) report.add(figure);
  for (const what of ["preview", "up"] as const) {
    report.add(ratio(`${what}, 3 hosts to an empty program`, hosts[what], nothing[what]));
  }
}

/** Updates under load: how long they take, and how long writes stand still. */
async function updates(runs: number): Promise<void> {
  const kinds: { what: string; change: (run: number) => Changes }[] = [
    { what: "reload-only change", change: (run) => ({ parameters: { work_mem: `${5 + run}MB` } }) },
    {
      what: "restart change",
      change: (run) => ({ parameters: { max_connections: 110 + 10 * run } }),
    },
    {
      what: "rolling change of every member's unit",
      change: (run) => ({ memoryMegabytes: 400 + 10 * run }),
    },
    { what: "rotation of a role", change: (run) => ({ rotation: run + 1 }) },
  ];
  for (const { what, change } of kinds) {
    const costs: UpdateCost[] = [];
    for (let run = 0; run < runs; run++) {
      configure(change(run));
      costs.push(await updateUnderLoad(stack, 3));
    }
    for (const figure of costFigures(what, costs)) report.add(figure);
  }
}

/** The host of the leader loses its power, under load, and comes back. */
async function hostDeaths(runs: number): Promise<void> {
  const gaps: number[] = [];
  const returns: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { write, api } = await urls();
    const leader = leaderOf(await clusterMembers(api))?.name ?? "";
    const host = leader.replace("patroni", "db");
    const { report: written } = await writingDuring(write, "deaths", async () => {
      await pause(2000);
      await hosts.kill(host);
      await eventually(120, () => query(write, "SELECT 1"));
      await pause(3000);
    });
    gaps.push(written.longestGapMilliseconds / 1000);
    const started = Date.now();
    await hosts.startAgain(host);
    await untilStreaming(api, 3, 120);
    returns.push((Date.now() - started) / 1000);
  }
  report.add({ what: "leader's host killed, longest write gap", unit: "s", values: spread(gaps) });
  report.add({ what: "from its boot until all stream again", unit: "s", values: spread(returns) });
}

async function growth(): Promise<void> {
  await hosts.start("db4", "db5");
  configure({ members: 5 });
  const costs = [await updateUnderLoad(stack, 5)];
  for (const figure of costFigures("from 3 to 5 bare hosts", costs)) report.add(figure);
}

void main();
