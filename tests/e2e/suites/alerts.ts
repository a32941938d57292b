import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DrillCluster } from "../../../drills/cluster";
import type { Undo } from "../../../drills/faults/faults";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { print } from "../../../lab/print";
import { eventually } from "../../../lab/writer";
import { OwnPrometheus } from "../../support/alerts/prometheus";
import { commandLine } from "../../support/commandLine";

/** Alerts that depend on the load of this machine. */
const ofThisMachine = ["EtcdSlowDisk", "EtcdLeaderChanges"];

/** Somebody must know of a fault that stops clients within this time, in seconds. */
const criticalSeconds = 30;

/** A fault, and what it must be known by. */
interface Case {
  what: string;
  strike: (drill: DrillCluster) => Promise<Undo>;
  /** Alerts that must fire. */
  fires: string[];
  /** Others that belong to the fault, if it lasts longer or less long. */
  mayFire?: string[];
  /** Whether clients are without the primary, or without an endpoint. */
  isCritical: boolean;
}

/** Real faults fire their alerts in a real Prometheus with the exported rules, and nothing else. */
export function alerts(cluster: ClusterUnderTest, open: () => Promise<DrillCluster>): void {
  const members = cluster.memberNames;

  const cases: Case[] = [
    {
      what: "nothing leads, because all members are down",
      strike: async ({ faults }) => {
        const leader = await cluster.leader();
        for (const member of members.filter((one) => one !== leader)) await faults.stop(member);
        await faults.stop(leader);
        return () => faults.restart(members);
      },
      fires: ["ProbeWriteOutage", "HaproxyWithoutPrimary", "PostgresNoLeader"],
      mayFire: ["ProbeReadOutage", "PatroniDown", "PostgresMembersMissing"],
      isCritical: true,
    },
    {
      what: "PgBouncer is down",
      strike: ({ faults }) => faults.stop("pgbouncer1"),
      fires: ["PgbouncerDown", "ProbeWriteOutage"],
      isCritical: true,
    },
    {
      what: "a standby is down",
      strike: async ({ faults }) => {
        const leader = await cluster.leader();
        return faults.stop(members.find((one) => one !== leader) ?? "");
      },
      fires: ["PatroniDown"],
      mayFire: ["PostgresMembersMissing"],
      isCritical: false,
    },
    {
      what: "a member of etcd is down",
      strike: ({ faults }) => faults.stop("etcd2"),
      fires: ["EtcdDown"],
      isCritical: false,
    },
  ];

  describe("alerts", () => {
    let folder: string;
    let prometheus: OwnPrometheus;
    let drill: DrillCluster;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "hapg-alerts-"));
      cluster.change({ monitoring: { exporters: true, probe: true } });
      await cluster.up();
      await cluster.untilStreaming();
      const { done } = commandLine(cluster, cluster.stack.access);
      await done("monitoring export", "--dir", folder);
      prometheus = await OwnPrometheus.start(folder);
      drill = await open();
      await eventually(60, async () => {
        const up = await prometheus.query('max by (job, service) (up{cluster!=""}) == 1');
        assert.ok(up.length > 10);
      });
    });
    after(async () => {
      await prometheus.stop();
      await drill.reach.close();
      rmSync(folder, { recursive: true });
      cluster.change({ monitoring: { exporters: false, probe: false } });
      await cluster.up();
    });

    const firing = async (): Promise<{ name: string; severity: string }[]> =>
      (await prometheus.query('ALERTS{alertstate="firing"}'))
        .map(({ metric: { alertname: name = "", severity = "" } }) => ({ name, severity }))
        .filter(({ name }) => !ofThisMachine.includes(name));

    for (const { what, strike, fires, mayFire = [], isCritical } of cases)
      it(`fire when ${what}, and no other does, and they resolve`, async () => {
        assert.deepEqual(await firing(), []);
        const undo = await strike(drill);
        const struck = Date.now();
        const seconds = () => (Date.now() - struck) / 1000;
        const seen = new Map<string, { severity: string; after: number }>();
        try {
          while (fires.some((name) => !seen.has(name))) {
            assert.ok(seconds() < 150, `${fires.join()} must fire; ${[...seen.keys()].join()} did`);
            for (const { name, severity } of await firing())
              if (!seen.has(name)) seen.set(name, { severity, after: seconds() });
            await pause(500);
          }
        } finally {
          await undo();
        }
        const undone = Date.now();
        const others = [...seen.keys()].filter((name) => ![...fires, ...mayFire].includes(name));
        assert.deepEqual(others, []);
        const critical = [...seen.values()].filter(({ severity }) => severity === "critical");
        assert.equal(critical.length > 0, isCritical);
        const first = Math.min(...critical.map(({ after }) => after));
        if (isCritical) assert.ok(first <= criticalSeconds, `the first fired after ${first} s`);
        await eventually(120, async () => assert.deepEqual(await firing(), []));
        await cluster.untilStreaming();
        const times = [...seen].map(([name, { after }]) => `${name} ${after.toFixed(0)} s`);
        const resolved = ((Date.now() - undone) / 1000).toFixed(0);
        print(`${what}: ${times.join(", ")}; resolved ${resolved} s after the repair`);
      });
  });
}
