import { execaSync } from "execa";
import { clusterLabel } from "../platforms/docker/names";

/** What a cluster, or test hosts, have on a Docker Engine, found by a label whatever else knows of it. */
export class DockerObjects {
  private readonly filter: string[];

  /**
   * @param name of the cluster: the label's value
   * @param label by default that of clusters
   */
  constructor(name: string, label = clusterLabel) {
    this.filter = ["--filter", `label=${label}=${name}`];
  }

  /** Names of all that is there. */
  all(): { containers: string[]; volumes: string[]; networks: string[] } {
    return {
      containers: this.list("ps", "--all", "--format", "{{.Names}}"),
      volumes: this.list("volume", "ls", "--format", "{{.Name}}"),
      networks: this.list("network", "ls", "--format", "{{.Name}}"),
    };
  }

  /** Names of the containers that run. */
  runningContainers(): string[] {
    return this.list("ps", "--format", "{{.Names}}");
  }

  /** Removes the data volumes that a destroy has kept. */
  removeData(): void {
    const { volumes } = this.all();
    if (volumes.length > 0) docker("volume", "rm", ...volumes);
  }

  /** Removes everything, the data too. */
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
 * Runs a docker command and returns what it prints. Nothing else goes on meanwhile, no signal either.
 * @throws {Error} with the command and what it printed if it fails
 */
export const docker = (...words: string[]) => execaSync("docker", words).stdout.trim();
