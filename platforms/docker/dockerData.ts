import type { Settings } from "../../configs/settings/schema";
import type { KeptData } from "../keptData";
import { Engine } from "./engine";
import { dataLabel, stackLabel } from "./names";

/** Data volumes on an Engine. */
export class DockerData implements KeptData {
  private readonly engine: Engine;

  /** @param stack the owning stack, `project/stack` */
  constructor(
    { docker }: Settings,
    private readonly stack: string,
  ) {
    this.engine = new Engine(docker.host);
  }

  list(): string[] {
    const format = `{{.Name}}\t{{.Label "${stackLabel}"}}`;
    const words = ["volume", "ls", "--filter", `label=${dataLabel}`, "--format", format];
    return this.engine
      .docker(...words)
      .split("\n")
      .map((line) => line.split("\t"))
      .filter(([, owner]) => owner?.endsWith(`/${this.stack}`))
      .map(([volume]) => volume ?? "");
  }

  remove(): void {
    const volumes = this.list();
    if (volumes.length > 0) this.engine.docker("volume", "rm", ...volumes);
  }
}
