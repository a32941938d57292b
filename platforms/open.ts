import * as pulumi from "@pulumi/pulumi";
import { vmHosts } from "../configs/cluster/placement";
import { namesInReach } from "../configs/cluster/plan";
import { foundingProblems } from "../configs/patroni/founding";
import { violationsOf, violationText } from "../configs/policies/policies";
import { trustProblems } from "../configs/tls/trust";
import { SettingsError } from "../configs/settings/parse";
import { holdsUnknown } from "../configs/settings/unknown";
import type { Settings } from "../configs/settings/schema";
import { DockerPlatform } from "./docker/dockerPlatform";
import { preflight } from "./docker/preflight";
import type { Disk } from "./disks";
import type { Platform, RunningCluster } from "./platform";
import { reachOf } from "./byPlatform";
import { type ChangeLeader, LeaderChanges } from "./leaderChanges";
import { endingLogins, whyPaused } from "./running";
import { diskProblems } from "./start";
import { awaitHosts } from "./vm/awaitHosts";
import { isUnknownHost } from "./vm/unknownHost";
import { disksOn, runningOn, survey } from "./vm/survey";
import { type HostAddresses, VmPlatform } from "./vm/vmPlatform";

/** What a platform gets from its cluster. */
export interface PlatformArgs {
  /** Lets another member lead in an update. */
  change: ChangeLeader;
  /** Addresses that are outputs of other resources, by host. @default none */
  addresses?: HostAddresses;
}

/** Inspects the environment of a cluster. The returned function creates that platform's resources. */
export interface Look {
  (
    settings: Settings,
    owner: string,
  ): (name: string, opts: pulumi.ComponentResourceOptions, args: PlatformArgs) => Platform;
  /** Waits until machines can be reached that the same update has created. @default does not wait */
  whenReachable?: (settings: Settings) => Promise<void>;
}

const look: Look = (settings, stack) => {
  const reach = () => reachOf(settings);
  switch (settings.platform) {
    case "docker": {
      const findings = preflight(settings, stack);
      refuse(settings, findings.running, findings.disks);
      return (name, opts, { change }) => {
        const changes = changesIn(settings, findings.running, change);
        return new DockerPlatform(name, settings, { stack, findings, reach, ...changes }, opts);
      };
    }
    case "vm": {
      const findings = survey(settings, stack);
      const running = runningOn(findings);
      // Disks of hosts that a preview does not know may hold what others lack.
      const isKnown = vmHosts(settings).every((host) => !isUnknownHost(host, settings));
      refuse(settings, running, isKnown ? disksOn(findings) : []);
      return (name, opts, { change, addresses }) => {
        const changes = changesIn(settings, running, change);
        const args = { stack, findings, reach, ...changes, ...(addresses && { addresses }) };
        return new VmPlatform(name, settings, args, opts);
      };
    }
  }
};

/**
 * The platform of the settings, after its survey has found no obstacle.
 * @param stack the cluster's owner, which begins with `organization/project/stack`
 * @throws {pulumi.RunError} with all obstacles, before anything is changed
 */
export const lookAtPlatform: Look = Object.assign(look, {
  whenReachable: (settings: Settings) =>
    settings.platform === "vm" ? awaitHosts(settings) : Promise.resolve(),
});

/** Without a leader there is nothing to hand over. */
function changesIn(
  settings: Settings,
  running: RunningCluster | undefined,
  change: ChangeLeader,
): { leaderChanges?: LeaderChanges } {
  if (running?.leader === undefined || pulumi.runtime.isDryRun()) return {};
  const members = namesInReach("patroni", settings);
  return { leaderChanges: new LeaderChanges(reachOf(settings), change, members) };
}

/**
 * Rejects what the stack's policies refuse, and changes of settings that are fixed for a cluster's
 * life, which would leave members that do not start. Also rejects a direct CA change, after which
 * members would not trust each other.
 */
function refuse(settings: Settings, running: RunningCluster | undefined, disks: Disk[]): void {
  const paused = whyPaused(running);
  if (paused !== undefined) {
    // Applies to every update: which services it will restart is not known yet.
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(paused);
    void pulumi.log.warn(paused);
  }
  const ending = endingLogins(settings, running);
  if (ending !== undefined) void pulumi.log.warn(ending);
  const violations = violationsOf(settings);
  for (const one of violations.filter(({ severity }) => severity === "warn"))
    void pulumi.log.warn(violationText(one));
  const problems = [
    ...violations.filter(({ severity }) => severity === "refuse"),
    ...(running?.founding === undefined
      ? diskProblems(settings, disks)
      : [
          ...foundingProblems(settings, running.founding),
          // A preview may not know the CA; the update does, and is refused then.
          ...(holdsUnknown(JSON.stringify(settings.tls))
            ? []
            : trustProblems(settings, running.trust)),
        ]),
  ];
  if (problems.length > 0) throw new pulumi.RunError(new SettingsError(problems).message);
}
