import * as pulumi from "@pulumi/pulumi";
import { conflicts } from "../configs/cluster/neighbours";
import { parseSettings, SettingsError } from "../configs/settings/parse";
import type { Problem } from "../configs/settings/problem";
import type { Settings, SettingsInput } from "../configs/settings/schema";
import { perProgram } from "../platforms/perProgram";

/** Settings of the program's clusters so far. */
const clusters = perProgram(() => new Set<Settings>());

/**
 * The settings of one of a program's clusters.
 * @param name of the component
 * @param former settings of the same cluster, which had placeholders for values that arrived later
 * @throws {pulumi.RunError} with all problems at once: invalid settings, and names, ports or hosts
 * that another cluster uses. The engine prints it without a stack trace.
 */
export function clusterSettings(name: string, input: SettingsInput, former?: Settings): Settings {
  // The name becomes a part of labels, of files on hosts and of other resources' names.
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    throw new pulumi.RunError(
      `PostgresCluster ${JSON.stringify(name)}: the name may have letters, digits, dots, hyphens ` +
        "and underscores only; choose another.",
    );
  }
  const settings = parsed(name, input);
  const others = [...clusters()].filter((one) => one !== former);
  const problems = others.flatMap((other) => conflicts(settings, other));
  if (problems.length > 0) throw refusal(name, problems);
  if (former !== undefined) clusters().delete(former);
  clusters().add(settings);
  return settings;
}

function parsed(name: string, input: SettingsInput): Settings {
  try {
    return parseSettings(input);
  } catch (error) {
    throw error instanceof SettingsError ? refusal(name, error.problems) : error;
  }
}

/** The error that refuses a cluster for its settings. */
export const refusal = (name: string, problems: Problem[]): pulumi.RunError =>
  new pulumi.RunError(new SettingsError(problems, `PostgresCluster "${name}": `).message);
