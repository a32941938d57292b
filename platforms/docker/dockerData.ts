import type { Settings } from "../../configs/settings/schema";
import type { KeptData, KeptPlace } from "../keptData";
import { dataVolumes } from "./dataVolumes";
import { Engine } from "./engine";

/** Data volumes on an Engine. */
export class DockerData implements KeptData {
  private readonly engine: Engine;

  /** @param stack the owning stack, `project/stack` */
  constructor(
    private readonly settings: Settings,
    private readonly stack: string,
  ) {
    this.engine = new Engine(settings.docker.host);
  }

  list(): KeptPlace[] {
    const volumes = this.volumes();
    if (volumes.length === 0) return [];
    // A container measures a volume's content; the Engine's own size report takes minutes.
    const mounts = volumes.flatMap((volume) => ["--volume", `${volume}:/kept/${volume}:ro`]);
    const du = ["--entrypoint", "du", this.settings.docker.baseImage, "-sb"];
    const lines = this.engine.docker(
      ...["run", "--rm", "--user", "0", "--network", "none", ...mounts, ...du],
      ...volumes.map((volume) => `/kept/${volume}`),
    );
    return lines.split("\n").map((line) => {
      const [size, path = ""] = line.split("\t");
      return { place: path.replace("/kept/", ""), bytes: Number(size) };
    });
  }

  /**
   * The volumes of this stack's current cluster, not of one that the stack had under another name.
   */
  private volumes(): string[] {
    return dataVolumes(this.engine, this.settings.clusterName)
      .data.filter(({ owner }) => owner.endsWith(`/${this.stack}`))
      .map(({ volume }) => volume);
  }

  remove(): void {
    const volumes = this.volumes();
    if (volumes.length === 0) return;
    this.engine.docker("volume", "rm", ...volumes);
    const { data, mark } = dataVolumes(this.engine, this.settings.clusterName);
    if (data.length === 0 && mark !== undefined) this.engine.docker("volume", "rm", mark);
  }
}
