import { etcdDataFacts } from "../../configs/etcd/dataFacts";
import { paths } from "../../configs/cluster/paths";
import type { Settings } from "../../configs/settings/schema";
import { namesOf } from "../../configs/cluster/plan";
import type { EtcdData } from "../etcdData";
import { type EtcdDisk, parseEtcdDisk } from "../etcdDisk";
import { Engine } from "./engine";
import {
  clusterIdentity,
  type ClusterIdentity,
  clusterLabel,
  dataLabel,
  stackLabel,
} from "./names";

/** User of etcd in its image (`images/Dockerfile`). */
const etcdUser = "971:971";

/** etcd's data in volumes on an Engine. Containers read and write it. */
export class DockerEtcdData implements EtcdData {
  private readonly engine: Engine;
  private readonly identity: ClusterIdentity;

  /**
   * @param stack the owning stack, `project/stack`
   * @throws {Error} if the Engine has no data of the cluster
   */
  constructor(
    private readonly settings: Settings,
    stack: string,
  ) {
    this.engine = new Engine(settings.docker.host);
    this.identity = clusterIdentity(settings.clusterName, this.ownerOf(stack));
  }

  /** The owner in the labels of the cluster's volumes, with its organization. */
  private ownerOf(stack: string): string {
    const { clusterName } = this.settings;
    const filters = ["--filter", `label=${clusterLabel}=${clusterName}`];
    const owners = this.engine
      .docker("volume", "ls", ...filters, "--format", `{{.Label "${stackLabel}"}}`)
      .split("\n");
    const owner = owners.find((one) => one.endsWith(`/${stack}`));
    if (owner === undefined) throw new Error(`The Engine has no data of ${clusterName}.`);
    return owner;
  }

  look(): Promise<EtcdDisk[]> {
    const kept = this.engine.docker("volume", "ls", "--format", "{{.Name}}").split("\n");
    const disks = namesOf("etcd", this.settings).map((service) =>
      kept.includes(this.identity.dataVolumeName(service))
        ? parseEtcdDisk(service, this.onVolume(service, "ro", etcdDataFacts))
        : parseEtcdDisk(service, "no"),
    );
    return Promise.resolve(disks);
  }

  permitRebuild(service: string): Promise<void> {
    const labels = {
      [clusterLabel]: this.identity.clusterName,
      [stackLabel]: this.identity.stack,
      [dataLabel]: service,
    };
    // Recreates a lost volume the same way as an update.
    const words = Object.entries(labels).flatMap(([label, value]) => [
      "--label",
      `${label}=${value}`,
    ]);
    this.engine.docker("volume", "create", ...words, this.identity.dataVolumeName(service));
    const directory = paths.etcdData;
    const permit = `: >${paths.etcdRebuildPermission}`;
    const own = `chown ${etcdUser} ${directory} ${paths.etcdRebuildPermission}; chmod 700 ${directory}`;
    this.onVolume(service, "rw", `set -eu; ${permit}; ${own}`);
    const container = this.identity.containerName(service);
    const all = this.engine.docker("ps", "--all", "--format", "{{.Names}}").split("\n");
    if (all.includes(container)) this.engine.docker("restart", container);
    return Promise.resolve();
  }

  private onVolume(service: string, mode: "ro" | "rw", script: string): string {
    const volume = `${this.identity.dataVolumeName(service)}:${paths.etcdData}:${mode}`;
    const words = ["run", "--rm", "--user", "0", "--network", "none", "--entrypoint", "sh"];
    const image = this.settings.docker.baseImage;
    return this.engine.docker(...words, "--volume", volume, image, "-c", script);
  }
}
