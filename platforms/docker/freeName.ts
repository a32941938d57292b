import * as pulumi from "@pulumi/pulumi";
import { run } from "../command";
import { resourcesInState } from "../inState";
import { dockerClient } from "./client";
import { removeContainer } from "./leftover";

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

/** Ids of the containers in the stack's state. */
async function knownIds(): Promise<ReadonlySet<string>> {
  return new Set(
    Object.values(await resourcesInState()).flatMap(({ type, outputs }) =>
      type === "docker:index/container:Container" ? (outputs.id ?? []) : [],
    ),
  );
}
