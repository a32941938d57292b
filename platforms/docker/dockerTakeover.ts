import type { Settings } from "../../configs/settings/schema";
import { kindMeant } from "../../configs/cluster/plan";
import type { Remains, Takeover } from "../takeover";
import { dataVolumes, fileVolumes, markData } from "./dataVolumes";
import { type ContainerSummary, Engine } from "./engine";
import { clusterLabel, stackLabel } from "./names";

/** A cluster's objects on an Engine, found by the label with the cluster's name. */
export class DockerTakeover implements Takeover {
  private readonly engine: Engine;
  private readonly clusterName: string;

  constructor(settings: Settings) {
    this.engine = new Engine(settings.docker.host);
    this.clusterName = settings.clusterName;
  }

  look(): Promise<Remains> {
    const containers = this.containers();
    const { data } = dataVolumes(this.engine, this.clusterName);
    const owners = [
      ...containers.map(({ stack }) => stack),
      ...data.map(({ owner }) => owner),
      this.engine.network(this.clusterName, stackLabel)?.stack ?? "",
    ].filter((owner) => owner !== "");
    return Promise.resolve({
      owners: [...new Set(owners)].sort(),
      running: containers
        .filter(({ isRunning }) => isRunning)
        .map(({ name }) => name.slice(this.clusterName.length + 1)),
      places: containers.map(({ name }) => name),
      data: data.map(({ volume }) => volume),
    });
  }

  claim(owner: string): Promise<void> {
    const containers = this.containers().map(({ name }) => name);
    // No --force, because none of them runs.
    if (containers.length > 0) this.engine.docker("rm", ...containers);
    const network = this.engine.network(this.clusterName, stackLabel);
    if (network !== undefined && network.stack !== "") {
      this.engine.docker("network", "rm", network.name);
    }
    markData(this.engine, this.clusterName, owner);
    // These hold files of services, with old keys and passwords.
    const files = fileVolumes(this.engine, this.clusterName);
    if (files.length > 0) this.engine.docker("volume", "rm", ...files);
    return Promise.resolve();
  }

  private containers(): ContainerSummary[] {
    return this.engine
      .containers({ stack: stackLabel, cluster: clusterLabel })
      .filter(({ cluster, name }) => {
        const service = name.slice(this.clusterName.length + 1);
        return cluster === this.clusterName && kindMeant(service) !== undefined;
      });
  }
}
