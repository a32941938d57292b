import { planOf } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";
import type { Ending } from "../command";
import type { PackagePlace, PackagePlaces } from "../packagePlaces";
import { DockerReach } from "./dockerReach";

/** The images that a cluster's containers run. */
export class DockerPackages implements PackagePlaces {
  private readonly reach: DockerReach;

  constructor(private readonly settings: Settings) {
    this.reach = new DockerReach(settings);
  }

  async list(): Promise<PackagePlace[]> {
    const inspected = await Promise.all(
      planOf(this.settings).map(async ({ name }) => {
        const container = this.reach.containerOf(name);
        const words = ["container", "inspect", "--format", "{{.Image}}", container];
        return { name, ...(await this.reach.docker(words)) };
      }),
    );
    const images = new Map<string, string[]>();
    for (const { name, status, output } of inspected) {
      const image = output.trim();
      if (status === 0) images.set(image, [...(images.get(image) ?? []), name]);
    }
    if (images.size === 0)
      throw new Error(
        `No container of ${this.settings.clusterName} exists on this Docker Engine. Run \`up\` first, ` +
          "or set docker.host.",
      );
    return Promise.all(
      [...images].map(async ([image, services]) => ({ name: await this.tagOf(image), services })),
    );
  }

  /** In a container of its own, which is removed: services run without root, on a read-only root. */
  run(place: PackagePlace, script: string, words: string[]): Promise<Ending> {
    const once = ["run", "--rm", "--interactive", "--no-healthcheck", "--user", "0"];
    return this.reach.docker([...once, "--entrypoint", "sh", place.name, "-s", ...words], script);
  }

  /** Its first tag; its id if an update has given the tag to another image. */
  private async tagOf(image: string): Promise<string> {
    const format = "{{if .RepoTags}}{{index .RepoTags 0}}{{end}}";
    const { status, output } = await this.reach.docker([
      ...["image", "inspect", "--format", format, image],
    ]);
    return (status === 0 && output.trim()) || image;
  }
}
