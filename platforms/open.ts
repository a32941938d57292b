import * as pulumi from "@pulumi/pulumi";
import { foundingProblems } from "../configs/founding";
import { trustProblems } from "../configs/tls/trust";
import { SettingsError } from "../configs/settings/parse";
import type { Settings } from "../configs/settings/schema";
import { DockerPlatform } from "./docker/dockerPlatform";
import { preflight } from "./docker/preflight";
import type { Platform, RunningCluster } from "./platform";
import { whyPaused } from "./running";
import { runningOn, survey } from "./vm/survey";
import { VmPlatform } from "./vm/vmPlatform";

/**
 * The platform that the settings ask for, once a look at it has found nothing in the way.
 * @param stack the owning stack, `organization/project/stack`
 * @throws {pulumi.RunError} with everything that is in the way, before anything is changed
 */
export function openPlatform(settings: Settings, stack: string): Platform {
  switch (settings.platform) {
    case "docker": {
      const findings = preflight(settings, stack);
      refuseForRunning(settings, findings.running);
      return new DockerPlatform("docker", settings, { stack, findings });
    }
    case "vm": {
      const findings = survey(settings, stack);
      refuseForRunning(settings, runningOn(findings));
      return new VmPlatform("vm", settings, { stack, findings });
    }
  }
}

/**
 * What is fixed for a cluster's life would, changed here, end in members that do not start, and a CA changed in one go
 * in members that do not trust each other.
 */
function refuseForRunning(settings: Settings, running: RunningCluster | undefined): void {
  const paused = whyPaused(running);
  if (paused !== undefined) {
    // Not only an update that restarts something: what it will restart is not known yet.
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(paused);
    void pulumi.log.warn(paused);
  }
  if (running?.founding === undefined) return;
  const problems = [
    ...foundingProblems(settings, running.founding),
    ...trustProblems(settings, running.trust),
  ];
  if (problems.length > 0) throw new pulumi.RunError(new SettingsError(problems).message);
}
