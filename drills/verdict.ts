import type { Drill } from "./drill";
import {
  compareStored,
  directWrites,
  spans,
  outage,
  takenByFormerLeaders,
  writeRate,
} from "./findings";
import { writeOutage } from "./report/figures";
import type { DrillResult } from "./result";
import type { Scenario } from "./scenario";

/**
 * The observations of a run, in addition to those of its drill. Times in milliseconds since 1970.
 */
export interface Observation {
  /** Repeat, from 1. */
  run: number;
  begin: number;
  end: number;
  /** The first leader, and the leader at the end. */
  leader: { before: string; after: string };
  /** When all members streamed again; undefined if they did not. */
  healthyAt: number | undefined;
  /** How often each write is stored at the end, by its id. */
  stored: Map<string, number>;
}

/**
 * The result of a run: whether all expectations were met, and no forbidden event happened.
 * @param judgesAims whether a run with a too long write outage has failed
 */
export function verdict(
  scenario: Scenario,
  drill: Drill,
  { run, begin, end, leader, healthyAt, stored }: Observation,
  judgesAims: boolean,
): DrillResult {
  const { cluster, load } = drill;
  const { fault = begin, undone } = drill.times;
  const samples = drill.watch.samples(begin, end);
  const isSynchronous = cluster.settings.patroni.synchronousMode !== "off";
  const { lost, duplicated } = compareStored(load.acknowledged, stored);
  const splitBrain = {
    toClients: takenByFormerLeaders(load.acknowledged),
    directly: takenByFormerLeaders(samples.flatMap((one) => directWrites(one.samples))),
  };
  const writes = {
    haproxy: outage(load.writes.haproxy, fault, end),
    pgbouncer: outage(load.writes.pgbouncer, fault, end),
  };

  const never = (what: string, times: number) => {
    drill.expect(what, times === 0, String(times));
  };
  drill.expect("the cluster is healthy again without help", healthyAt !== undefined);
  if (isSynchronous) never("no acknowledged write is lost", lost.length);
  never("no acknowledged write is stored twice", duplicated.length);
  never("no client is acknowledged a write by a former leader", splitBrain.toClients);
  if (scenario.letsFormerLeaderWrite?.(cluster) !== true) {
    never("never two members that take writes", splitBrain.directly);
  }
  const aim = scenario.aim?.(cluster);
  if (aim !== undefined && judgesAims) {
    const worst = writeOutage({ writes }) / 1000;
    const seen = `${worst.toFixed(1)} s`;
    drill.expect(`writes stand still for ${aim} s at most`, worst <= aim, seen);
  }

  return {
    id: scenario.id,
    title: scenario.title,
    startedAt: new Date(begin).toISOString(),
    run,
    mode: isSynchronous ? "synchronous" : "asynchronous",
    leader,
    moments: drill.moments.map((moment) => ({ ...moment, at: moment.at - fault })),
    expectations: drill.expectations,
    writes,
    reads: outage(load.reads, fault, end),
    acknowledged: load.acknowledged.length,
    lost: lost.length,
    duplicated: duplicated.length,
    splitBrain,
    healthyAfter: healthyAt === undefined ? undefined : healthyAt - (undone ?? fault),
    passed: drill.expectations.every(({ met }) => met),
    members: Object.fromEntries(samples.map((one) => [one.member, spans(one.samples, fault, end)])),
    rate: writeRate(load.writes, { begin, fault, end }),
  };
}
