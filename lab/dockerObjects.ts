import { execaSync } from "execa";
import { clusterLabel } from "../platforms/docker/names";

/** The objects of a cluster, or of test hosts, on a Docker Engine, found by label alone. */
export class DockerObjects {
  private readonly filter: string[];

  /**
   * @param name of the cluster: the label's value
   * @param label by default that of clusters
   */
  constructor(name: string, label = clusterLabel) {
    this.filter = ["--filter", `label=${label}=${name}`];
  }

  /** Names of all objects. */
  all(): { containers: string[]; volumes: string[]; networks: string[] } {
    return {
      containers: this.list("ps", "--all", "--format", "{{.Names}}"),
      volumes: this.list("volume", "ls", "--format", "{{.Name}}"),
      networks: this.list("network", "ls", "--format", "{{.Name}}"),
    };
  }

  /** Names of the running containers. */
  runningContainers(): string[] {
    return this.list("ps", "--format", "{{.Names}}");
  }

  /** Removes the data volumes that `destroy` has kept. */
  removeData(): void {
    const { volumes } = this.all();
    if (volumes.length > 0) docker("volume", "rm", ...volumes);
  }

  /** Removes everything, including data. */
  remove(): void {
    const { containers, networks } = this.all();
    if (containers.length > 0) docker("rm", "--force", "--volumes", ...containers);
    this.removeData();
    if (networks.length > 0) docker("network", "rm", ...networks);
  }

  private list(...words: string[]): string[] {
    return docker(...words, ...this.filter)
      .split("\n")
      .filter((line) => line !== "")
      .sort();
  }
}

/**
 * Runs a docker command synchronously and returns its output. Signals wait too.
 * @throws {Error} with the command and its output if it fails
 */
export const docker = (...words: string[]) => execaSync("docker", words).stdout.trim();
