import type { Engine } from "./engine";
import { adoptedLabel, clusterLabel, dataLabel, stackLabel } from "./names";

/** A volume whose data outlives the cluster. */
export interface DataVolume {
  volume: string;
  service: string;
  /** The owning stack, `organization/project/stack`. */
  owner: string;
}

/**
 * The data volumes of a cluster, of any owner. A volume's labels never change: after a stack has
 * adopted a cluster, an empty volume, the mark, names the owner of all its data.
 */
export function dataVolumes(
  engine: Engine,
  clusterName: string,
): { data: DataVolume[]; mark: string | undefined } {
  const volumes = allVolumes(engine, clusterName);
  const mark = volumes.find(({ isMark }) => isMark);
  return {
    data: volumes
      .filter(({ service }) => service !== "")
      .map(({ volume, owner, service }) => ({ volume, service, owner: mark?.owner ?? owner })),
    mark: mark?.volume,
  };
}

/** The volumes of a cluster that hold its services' files but no data. */
export const fileVolumes = (engine: Engine, clusterName: string): string[] =>
  allVolumes(engine, clusterName)
    .filter(({ service, isMark }) => service === "" && !isMark)
    .map(({ volume }) => volume);

function allVolumes(engine: Engine, clusterName: string) {
  const labels = [stackLabel, dataLabel, adoptedLabel].map((label) => `{{.Label "${label}"}}`);
  return engine
    .docker(
      ...["volume", "ls", "--filter", `label=${clusterLabel}=${clusterName}`],
      ...["--format", ["{{.Name}}", ...labels].join("\t")],
    )
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [volume = "", owner = "", service = "", adopted = ""] = line.split("\t");
      return { volume, owner, service, isMark: adopted !== "" };
    });
}

/**
 * Records the owner of all data of a cluster. An interruption leaves the data without a mark: it
 * then belongs to the owner in its labels again.
 */
export function markData(engine: Engine, clusterName: string, owner: string): void {
  const { data, mark } = dataVolumes(engine, clusterName);
  if (data.every((one) => one.owner === owner)) return;
  if (mark !== undefined) engine.docker("volume", "rm", mark);
  const labels = [
    `${clusterLabel}=${clusterName}`,
    `${stackLabel}=${owner}`,
    `${adoptedLabel}=true`,
  ].flatMap((label) => ["--label", label]);
  engine.docker("volume", "create", ...labels, `${clusterName}-adopted`);
}
