import { PostgresCluster } from "../../components/postgresCluster";
import { parseSettings } from "../../configs/settings/parse";
import type { SettingsInput } from "../../configs/settings/schema";
import { vmHosts } from "../../configs/cluster/placement";
import { DockerPlatform } from "../../platforms/docker/dockerPlatform";
import type { Findings as EngineFindings } from "../../platforms/docker/preflight";
import type { Look } from "../../platforms/open";
import type { HostFacts } from "../../platforms/vm/facts";
import type { HostKeys } from "../../platforms/vm/ssh";
import { isUnknownHost } from "../../platforms/vm/unknownHost";
import { VmPlatform } from "../../platforms/vm/vmPlatform";
import { settledFacts, vmInput } from "./models";

/** Settings with defaults, for tests. */
export const settingsWith = (input: Partial<SettingsInput> = {}) =>
  parseSettings({ clusterName: "test", ...input });

/** A look at an Engine that has found nothing, but for what is given. */
export const engineWith =
  (found: Partial<EngineFindings> = {}): Look =>
  (settings, stack) =>
  (name, opts) => {
    const nothing = { networkExists: false, running: undefined, disks: [], taskLimits: new Map() };
    const findings = { ...nothing, ...found };
    return new DockerPlatform(name, settings, { stack, findings }, opts);
  };

/** A cluster on Docker, as index.ts makes it. */
export const dockerCluster = (
  input: Partial<SettingsInput> = {},
  found: Partial<EngineFindings> = {},
  name = "cluster",
): PostgresCluster =>
  new PostgresCluster(name, { clusterName: "test", ...input }, undefined, engineWith(found));

/** Facts that differ from those of a settled host, by the host's name. */
export type FoundOnHosts = Record<string, Partial<HostFacts>>;

/** A look at hosts that are as the program left them, but for what is given. */
export const hostsWith =
  (found: FoundOnHosts = {}, keys: HostKeys = (address) => `ssh-ed25519 key-of-${address}`): Look =>
  (settings, stack) =>
  (name, opts, { addresses = new Map() }) => {
    const present = vmHosts(settings).filter(
      (host) => !host.away && !isUnknownHost(host, settings),
    );
    const facts = present.map((host): [string, HostFacts] => [
      host.name,
      { ...settledFacts(host, settings), ...found[host.name] },
    ]);
    const findings = { keys, facts: new Map(facts) };
    return new VmPlatform(name, settings, { stack, findings, addresses }, opts);
  };

/** A cluster on three hosts, as index.ts makes it. */
export const vmCluster = (
  input: Partial<SettingsInput> = {},
  found: FoundOnHosts = {},
  name = "cluster",
): PostgresCluster => {
  const args = { clusterName: "test", ...vmInput(input) };
  return new PostgresCluster(name, args, undefined, hostsWith(found));
};
