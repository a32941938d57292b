import type { Kind } from "../../configs/cluster/catalogue";
import { paths } from "../../configs/cluster/paths";
import { type PlannedService, planOf } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";
import type { Reach } from "../../platforms/reach";
import { programText } from "../../programs/load";
import { type AddressFacts, parseAddressFacts } from "./addressFacts";
import type { LogLine } from "../logs";
import { type EtcdFacts, parseEtcdFacts } from "./etcdFacts";
import { hasParts, type Part } from "./facts";
import type { MemberFacts } from "./memberFacts";
import { parsePoolFacts, type PoolFacts } from "./poolFacts";
import type { RepositoryFacts } from "./repositoryFacts";
import { parseRouterFacts, type RouterFacts } from "./routerFacts";

/** A service and its facts, or the reason why it did not answer. */
export type Seen<Facts> = Pick<PlannedService, "name" | "kind" | "host"> & {
  /** How long it took to answer, in milliseconds. */
  milliseconds: number;
  /** This machine's clock at the middle of the request, in seconds since 1970. */
  askedAt: number;
} & ({ facts: Facts; silence?: undefined } | { facts?: undefined; silence: string });

/** The facts of all services of a cluster at one moment. */
export interface Look {
  etcd: Seen<EtcdFacts>[];
  members: Seen<MemberFacts>[];
  routers: Seen<RouterFacts>[];
  pools: Seen<PoolFacts>[];
  addresses: Seen<AddressFacts>[];
  repositories: Seen<RepositoryFacts>[];
  /** The last lines of the logs of services that have a symptom ({@link lookCloser}). */
  logs?: Record<string, LogLine[]>;
  /** The cluster's system identifier in etcd, if there is one; read only without a primary. */
  founded?: Part<string | null>;
}

/** How long a service may take to answer, in seconds. */
const patienceSeconds = 3.6;

/** Time for a command to end once it is aborted. */
const endMilliseconds = 200;

/**
 * Asks every service for its facts in parallel, through the Docker Engine or SSH. It works without
 * a primary and without Pulumi. A service that does not answer is part of the result, never an
 * error.
 */
export async function lookAt(settings: Settings, reach: Reach): Promise<Look> {
  const [etcd, members, routers, pools, addresses, repositories] = await Promise.all([
    lookAtPart("etcd", settings, reach),
    lookAtPart("members", settings, reach),
    lookAtPart("routers", settings, reach),
    lookAtPart("pools", settings, reach),
    lookAtPart("addresses", settings, reach),
    lookAtPart("repositories", settings, reach),
  ]);
  return { etcd, members, routers, pools, addresses, repositories };
}

/** Asks only the services of one part of a look, in the same way. */
export const lookAtPart = <P extends LookPart>(
  part: P,
  settings: Settings,
  reach: Reach,
): Promise<Look[P]> => parts[part](settings, reach);

/** The parts of a look that services answer for. */
type LookPart = "etcd" | "members" | "routers" | "pools" | "addresses" | "repositories";

const parts: { [P in LookPart]: (settings: Settings, reach: Reach) => Promise<Look[P]> } = {
  etcd: (settings, reach) =>
    askAll(settings, reach, "etcd", { ...shell("etcd"), parse: parseEtcdFacts }),
  members: (settings, reach) =>
    askAll(settings, reach, "patroni", {
      words: [
        // Skips Python's site packages, whose import would take a large part of the time.
        ...["python3", "-IS", "-", paths.pgData(settings.postgres.version), paths.pgSocket],
        paths.pgBin(settings.postgres.version),
      ],
      input: programText("facts/member.py"),
      parse: (output) => JSON.parse(output) as MemberFacts,
    }),
  routers: (settings, reach) =>
    askAll(settings, reach, "haproxy", {
      ...shell("haproxy", String(settings.haproxy.statsPort)),
      parse: parseRouterFacts,
    }),
  pools: (settings, reach) =>
    askAll(settings, reach, "pgbouncer", {
      ...shell("pgbouncer", String(settings.pgbouncer.port)),
      parse: parsePoolFacts,
    }),
  addresses: (settings, reach) =>
    askAll(settings, reach, "keepalived", {
      ...shell("keepalived"),
      parse: (output) => parseAddressFacts(output, settings.keepalived.virtualAddress ?? ""),
    }),
  repositories: (settings, reach) =>
    askAll(settings, reach, "repository", {
      words: ["python3", paths.repositoryTool, "report"],
      parse: (output) => JSON.parse(output) as RepositoryFacts,
    }),
};

const askAll = <Facts>(
  settings: Settings,
  reach: Reach,
  kind: Kind,
  question: Question<Facts>,
): Promise<Seen<Facts>[]> =>
  Promise.all(
    planOf(settings)
      .filter((service) => service.kind === kind)
      .map((service) => seen(service, reach, question)),
  );

const shell = (kind: Kind, ...words: string[]) => ({
  words: [
    ...["sh", "-c", programText("facts/facts.sh") + programText(`facts/${kind}.sh`), kind],
    ...words,
  ],
});

interface Question<Facts> {
  words: string[];
  input?: string;
  parse: (output: string) => Facts;
}

async function seen<Facts>(
  { name, kind, host, isAway }: PlannedService,
  reach: Reach,
  { words, input, parse }: Question<Facts>,
): Promise<Seen<Facts>> {
  const started = Date.now();
  const of = <Rest>(rest: Rest) => ({
    ...{ name, kind, host },
    milliseconds: Date.now() - started,
    askedAt: (started + Date.now()) / 2000,
    ...rest,
  });
  if (isAway) return of({ silence: "the stack file says that its host is away" });
  try {
    const signal = AbortSignal.timeout(patienceSeconds * 1000);
    const { status, output } = await Promise.race([
      reach.execute(name, words, input, signal),
      afterTime(signal),
    ]);
    // What was printed in time counts: a certificate that has ended, while etcd does not answer.
    if (signal.aborted)
      return of(hasParts(output) ? { facts: parse(output) } : { silence: noAnswer });
    return status === 0
      ? of({ facts: parse(output) })
      : of({ silence: reasonIn(output) || `ended with ${String(status)}` });
  } catch (error) {
    return of({ silence: (error as Error).message });
  }
}

/** The silence of a service that was stopped, by `hapg stop` or otherwise. */
export const stopped = "it is stopped";

/** The last line of an output. The most common answers are shortened. */
function reasonIn(output: string): string {
  const line = output.trim().split("\n").at(-1) ?? "";
  if (/container \S+ is not running$|^\S+\.service is stopped$/i.test(line)) return stopped;
  return /No such container/i.test(line) ? "it has no container" : line;
}

const noAnswer = `no answer within ${patienceSeconds} s`;

/** A hanging host may also block the end of its connection. */
const afterTime = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const give = () => reject(new Error(noAnswer));
    signal.addEventListener("abort", () => setTimeout(give, endMilliseconds));
  });
