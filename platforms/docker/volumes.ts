import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../configs/settings/schema";
import { type Disk, keptDataScript, parseDisks } from "../disks";
import { shellWord } from "../shell";
import { adoptCommand, isAdopting } from "../adopting";
import { dataVolumes } from "./dataVolumes";
import type { Engine } from "./engine";

/**
 * Reads what the data volumes of a cluster hold, including those of removed members. A container
 * reads them because the Engine may run on another machine. Nothing is changed.
 * @throws {pulumi.RunError} if they belong to another stack or cannot be read: unreadable data
 * never counts as absent
 */
export function lookAtDisks(
  { clusterName, docker: { baseImage } }: Settings,
  stack: string,
  engine: Engine,
): Disk[] {
  const { data: volumes } = dataVolumes(engine, clusterName);
  const foreign = volumes.filter(({ owner }) => owner !== stack);
  if (foreign.length > 0 && !isAdopting()) {
    const names = foreign.map(({ volume }) => volume).join(", ");
    throw new pulumi.RunError(
      `clusterName: data of ${clusterName} is there already, and belongs to stack ` +
        `${foreign[0]?.owner ?? ""} (${names}). ` +
        "Choose another clusterName; or, if that stack is lost or renamed, adopt the data: " +
        `${adoptCommand(stack)}. ` +
        "Nothing was changed.",
    );
  }
  if (volumes.length === 0) return [];
  const mounts = volumes.flatMap(({ volume, service }) => [
    "--volume",
    `${volume}:/kept/${service}:ro`,
  ]);
  const calls = volumes.map(({ service }) => {
    const word = shellWord(service);
    return `kept_data ${word} /kept/${word}`;
  });
  const words = ["run", "--rm", "--user", "0", "--network", "none", "--read-only"];
  const rights = ["--cap-drop", "ALL", "--cap-add", "DAC_READ_SEARCH", "--entrypoint", "sh"];
  const script = [keptDataScript(), ...calls].join("\n");
  try {
    return parseDisks(
      engine.docker(...words, ...rights, ...mounts, anyImage(engine) ?? baseImage, "-c", script),
    );
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const reason = (stderr ?? String(error)).trim().split("\n").at(-1) ?? "";
    throw new pulumi.RunError(
      `The data volumes of ${clusterName} could not be inspected: ${reason}\n  ` +
        `A container of docker.baseImage (${baseImage}) reads them: run \`npm run setup\`, or ` +
        "pull it. Nothing was changed.",
    );
  }
}

/** The image of a member that the Engine already has, so that none must be pulled. */
function anyImage(engine: Engine): string | undefined {
  const found = engine.docker(
    "image",
    "ls",
    "--format",
    "{{.Repository}}:{{.Tag}}",
    "hapg/patroni",
  );
  return found.split("\n").find((image) => image !== "" && !image.endsWith("<none>"));
}
