import { PostgresCluster } from "../../components/postgresCluster";
import { parseSettings } from "../../configs/settings/parse";
import type { SettingsInput } from "../../configs/settings/schema";
import { vmHosts } from "../../configs/cluster/placement";
import { DockerPlatform } from "../../platforms/docker/dockerPlatform";
import type { HostFacts } from "../../platforms/vm/facts";
import { VmPlatform } from "../../platforms/vm/vmPlatform";
import { settledFacts, testStack, vmSettingsOf } from "./models";

/** Settings with defaults, for tests. */
export const settingsWith = (input: Partial<SettingsInput> = {}) =>
  parseSettings({ clusterName: "test", ...input });

/** A cluster on Docker, as index.ts makes it. */
export function dockerCluster(input: Partial<SettingsInput> = {}): PostgresCluster {
  const settings = settingsWith(input);
  const platform = new DockerPlatform("docker", settings, {
    stack: "organization/hapg/test",
    findings: { networkExists: false, running: undefined, disks: [], taskLimits: new Map() },
  });
  return new PostgresCluster("cluster", { settings, platform });
}

/** Facts that differ from those of a settled host, by the host's name. */
export type FoundOnHosts = Record<string, Partial<HostFacts>>;

/**
 * A cluster on three hosts, as index.ts makes it.
 * @param findings what a look at the hosts has found, where they are not as the program left them
 */
export function vmCluster(
  input: Partial<SettingsInput> = {},
  findings: FoundOnHosts = {},
): PostgresCluster {
  const settings = vmSettingsOf(input);
  const present = vmHosts(settings).filter(({ away }) => !away);
  const platform = new VmPlatform("vm", settings, {
    stack: testStack,
    findings: {
      keys: (address) => `ssh-ed25519 key-of-${address}`,
      facts: new Map(
        present.map((host) => [
          host.name,
          { ...settledFacts(host, settings), ...findings[host.name] },
        ]),
      ),
    },
  });
  return new PostgresCluster("cluster", { settings, platform });
}
