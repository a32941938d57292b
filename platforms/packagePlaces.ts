import type { Ending } from "./command";

/** An image or a host: services there share their packages. */
export interface PackagePlace {
  /** Tag of the image, or name of the host. */
  name: string;
  services: string[];
}

/** Where a cluster's packages are installed. */
export interface PackagePlaces {
  /**
   * The places of the services that exist. Hosts that are away are left out.
   * @throws {Error} if the Docker Engine does not answer
   */
  list(): Promise<PackagePlace[]>;
  /**
   * Runs a shell script as root where these packages are installed, with the repositories in reach,
   * and without an effect on running services.
   */
  run(place: PackagePlace, script: string, words: string[]): Promise<Ending>;
}
