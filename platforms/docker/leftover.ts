import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../configs/settings/schema";
import { run, succeed } from "../command";
import { dockerClient } from "./client";
import { Engine } from "./engine";
import { clusterLabel, stackLabel } from "./names";

/** A container that may exist without being in Pulumi's state. */
export interface Suspect {
  /** Its name. */
  container: string;
  /** Address of the Engine; undefined: the client's own default. */
  host: string | undefined;
}

/**
 * The name of a container to create, resolved once no container of that name exists that is missing
 * from Pulumi's state. An update that is killed while it creates a container leaves one, and the
 * Engine refuses a used name. Such a container has no process limit yet, so its program has not
 * started, and all its data is in volumes.
 * @param turn resolves when it is this service's turn in the update
 */
export const nameOnceFree = (
  suspect: Suspect,
  turn: pulumi.Output<unknown>,
): pulumi.Output<string> =>
  turn.apply(async () => {
    if (!pulumi.runtime.isDryRun()) await removeUnlessKnown(suspect, await knownIds());
    return suspect.container;
  });

/** Removes a container unless its id is known. @returns whether it was removed */
export async function removeUnlessKnown(
  { container, host }: Suspect,
  known: ReadonlySet<string>,
): Promise<boolean> {
  const inspect = ["inspect", "--format", "{{.Id}}", container];
  const { status, output } = await run([...dockerClient(host), ...inspect]);
  const id = output.trim();
  if (status !== 0 || known.has(id)) return false;
  await removeContainer(host, id);
  return true;
}

/**
 * Finds containers that a killed update created without recording them in its state.
 * @param stack the owning stack, `project/stack`
 * @param names of containers that an update had begun to create
 * @returns the names of containers that exist on the Engine and belong to this stack
 */
export function leftovers(settings: Settings, stack: string, names: string[]): string[] {
  if (settings.platform !== "docker" || names.length === 0) return [];
  return new Engine(settings.docker.host)
    .containers({ stack: stackLabel, cluster: clusterLabel })
    .filter(({ name, stack: owner }) => names.includes(name) && owner.endsWith(`/${stack}`))
    .map(({ name }) => name);
}

/**
 * Stops a container with its own timeout and removes it. Its volumes stay.
 * @param host address of the Engine; undefined: the client's own default
 */
export async function removeContainer(host: string | undefined, container: string): Promise<void> {
  const client = dockerClient(host);
  // One that waits for its limit ends at once.
  await run([...client, "stop", container]);
  await succeed([...client, "rm", "--force", container]);
}

/**
 * Ids of the containers in the stack's state, as the Pulumi engine read it at the start of the
 * update.
 */
async function knownIds(): Promise<ReadonlySet<string>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  // The call behind `StackReference`: the Pulumi engine answers it itself.
  const answer = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as { outputs: Record<string, { type: string; outputs: { id?: string } }> };
  return new Set(
    Object.values(answer.outputs).flatMap(({ type, outputs }) =>
      type === "docker:index/container:Container" ? (outputs.id ?? []) : [],
    ),
  );
}
