import type { Settings } from "../configs/settings/schema";
import { DockerPlatform } from "./docker/dockerPlatform";
import { preflight } from "./docker/preflight";
import type { Platform } from "./platform";
import { survey } from "./vm/survey";
import { VmPlatform } from "./vm/vmPlatform";

/**
 * The platform that the settings ask for, once a look at it has found nothing in the way.
 * @param stack the owning stack, `organization/project/stack`
 * @throws {pulumi.RunError} with everything that is in the way, before anything is changed
 */
export function openPlatform(settings: Settings, stack: string): Platform {
  switch (settings.platform) {
    case "docker": {
      return new DockerPlatform("docker", settings, {
        stack,
        findings: preflight(settings, stack),
      });
    }
    case "vm":
      return new VmPlatform("vm", settings, { stack, findings: survey(settings, stack) });
  }
}
