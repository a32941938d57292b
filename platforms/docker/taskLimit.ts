import { programText } from "../../programs/load";
import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { rerunOn } from "../difference";
import type { Service } from "../platform";
import { shellCommand } from "../shell";

/** Arguments of {@link limitTasks}. */
export interface TaskLimitArgs {
  container: docker.Container;
  /** Most processes and threads in the container at the same time. */
  maximum: number;
  /** How the limit was found to differ, in words; undefined if it does not. */
  difference: string | undefined;
  environment: Record<string, string>;
}

const script = programText("docker/once-limited.sh");

/**
 * A command that waits for {@link limitTasks} before it starts, so that no process ever runs
 * without the limit.
 */
export const onceLimited = (words: string[]) => ["sh", "-c", script, "once-limited", ...words];

/**
 * Sets a container's process limit. This is a separate command because the provider has no input
 * for the limit and starts a container immediately. The Engine stores the limit with the container,
 * and a new limit takes effect without a restart.
 */
export function limitTasks(
  name: string,
  { container, maximum, difference, environment }: TaskLimitArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  // A new container has a new id, so the command changes with it.
  const limit = container.id.apply(
    (id) => `${shellCommand(["docker", "update", "--pids-limit", String(maximum), id])} >/dev/null`,
  );
  const { triggers, options } = rerunOn(difference);
  return new command.local.Command(
    name,
    { create: limit, update: limit, triggers, environment },
    pulumi.mergeOptions(opts, options),
  );
}

/**
 * How a container's limit differs from the service's, in words.
 * @param found the container's limit, 0 for none; undefined if there is no container, or nothing to
 * compare
 */
export function taskLimitDifference(
  { name, maximumTasks }: Service,
  found: number | undefined,
): string | undefined {
  if (found === undefined || found === maximumTasks) return undefined;
  const limit = found === 0 ? "any number of" : String(found);
  return `${name} may have ${limit} processes, not ${maximumTasks}`;
}
