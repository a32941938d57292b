import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../configs/settings/schema";
import type { Look } from "../platforms/open";
import type { HostAddresses } from "../platforms/vm/vmPlatform";
import { ownerOf } from "./clusterNames";
import type { ClusterOptions } from "./clusterOptions";
import { clusterSettings } from "./clusterSettings";
import { arrivedValues, type DraftArgs } from "./laterValues";

/** A cluster whose settings have arrived, and whose environment has no obstacle. */
export interface LaterPlatform {
  settings: Settings;
  open: ReturnType<Look>;
  addresses: HostAddresses;
  /** Whether a preview does not know all settings. */
  hasUnknown: boolean;
}

/**
 * Waits for the values of other resources, then looks at the environment.
 * @param draft settings with placeholders
 * @throws {pulumi.RunError} with all problems, before any service is changed
 */
export async function laterPlatform(
  name: string,
  {
    args,
    draft,
    options,
    look,
  }: {
    args: DraftArgs;
    draft: Settings;
    options: ClusterOptions;
    look: Look;
  },
): Promise<LaterPlatform> {
  try {
    const { input, unknown, sources } = await arrivedValues(args);
    const settings = clusterSettings(name, input, draft);
    const hasUnknown = unknown.length > 0;
    options.follow(sources, hasUnknown);
    if (hasUnknown) {
      void pulumi.log.warn(
        `PostgresCluster "${name}": this preview does not know ${unknown.join(", ")}. It shows ` +
          "what depends on these values as changed. The update checks the hosts once it knows " +
          "them, before it changes any service.",
      );
    } else if (!pulumi.runtime.isDryRun()) await look.whenReachable?.(settings);
    const open = look(settings, ownerOf(name));
    return { settings, open, addresses: addressesIn(args), hasUnknown };
  } catch (error) {
    // Pulumi prints the stack trace of an error that is thrown after the program has ended.
    throw pulumi.RunError.isInstance(error) ? Object.assign(error, { stack: "" }) : error;
  }
}

const addressesIn = ({ later }: DraftArgs): HostAddresses =>
  new Map(
    later.flatMap(({ path: [vm, hosts, host = "", setting], output }) =>
      `${vm}.${hosts}.${setting}` === "vm.hosts.address"
        ? [[host, output as pulumi.Output<string>]]
        : [],
    ),
  );
