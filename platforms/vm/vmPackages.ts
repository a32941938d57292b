import { servicesOn, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import type { Ending } from "../command";
import type { PackagePlace, PackagePlaces } from "../packagePlaces";
import { shellCommand } from "../shell";
import type { VmReach } from "./vmReach";

/** The hosts of a cluster. */
export class VmPackages implements PackagePlaces {
  constructor(
    private readonly settings: Settings,
    private readonly reach: VmReach,
  ) {}

  list(): Promise<PackagePlace[]> {
    return Promise.resolve(
      vmHosts(this.settings)
        .filter(({ away }) => !away)
        .map((host) => ({
          name: host.name,
          services: servicesOn(host, this.settings).map(({ name }) => name),
        })),
    );
  }

  run({ name }: PackagePlace, script: string, words: string[]): Promise<Ending> {
    return this.reach.asRoot(name, `${shellCommand(["set", "--", ...words])}\n${script}`);
  }
}
