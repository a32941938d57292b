import { parseSettings } from "../../configs/settings/parse";
import type { Settings, SettingsInput } from "../../configs/settings/schema";
import { type Topology, topologyOf } from "../../configs/topology";

/** Settings of a small cluster, checked and with defaults. */
export const settingsOf = (input: Partial<SettingsInput> = {}): Settings =>
  parseSettings({ clusterName: "test", ...input });

/** The cluster's endpoints where names are addresses, as on Docker. */
export const namedTopology = (settings: Settings): Topology =>
  topologyOf(settings, (service) => service);

/** The cluster's endpoints where hosts are known by their addresses, as on VMs. */
export const addressedTopology = (settings: Settings): Topology =>
  topologyOf(settings, (service) => `10.0.0.${service.replace(/\D/g, "")}`);
