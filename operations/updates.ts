import type { Kind } from "../configs/cluster/catalogue";
import { serviceNamed } from "../configs/cluster/plan";
import type { Settings } from "../configs/settings/schema";
import type { PackagePlace, PackagePlaces } from "../platforms/packagePlaces";
import { vmPrograms } from "../platforms/vm/programs";
import { programText } from "../programs/load";

/** A package that is installed. */
export interface PackageState {
  name: string;
  installed: string;
  /** The version that an upgrade would install; null if there is none newer. */
  newer: string | null;
  /** Whether a repository for security updates has that version. */
  isSecurity: boolean;
  /** Whether a service's program comes from it, and not only its base system. */
  isOwn: boolean;
}

/** The packages of an image or a host: all of the services' own, and others that have a newer one. */
export interface PlaceUpdates {
  place: string;
  services: string[];
  packages: PackageState[];
  /** Why nothing is known; null if it is. */
  silence: string | null;
}

/** What is newer for a cluster's services and their base systems. */
export interface Updates {
  cluster: string;
  platform: Settings["platform"];
  places: PlaceUpdates[];
  /** What to set in the stack file for the next `up` to install it; null if there is nothing. */
  settings: Record<string, unknown> | null;
}

/**
 * Asks the repositories of each image or host. Changes nothing.
 * @param today becomes `docker.packagesAsOf`
 */
export async function updatesOf(
  settings: Settings,
  places: PackagePlaces,
  today = new Date().toISOString().slice(0, 10),
): Promise<Updates> {
  const found = await Promise.all(
    (await places.list()).map((place) => updatesAt(place, places, settings)),
  );
  const { clusterName: cluster, platform } = settings;
  return { cluster, platform, places: found, settings: settingsFor(found, settings, today) };
}

/** The shell reads it completely first: no program takes the rest of it for its input. */
const script = `{\n${programText("upgrades.sh")}} </dev/null\n`;

async function updatesAt(
  place: PackagePlace,
  places: PackagePlaces,
  settings: Settings,
): Promise<PlaceUpdates> {
  const { name, services } = place;
  const programs = vmPrograms(settings);
  const kinds = new Set<Kind>(services.map((one) => serviceNamed(one, settings).kind));
  const own = new Set([...kinds].flatMap((kind) => programs[kind].packages));
  const { status, output } = await places.run(place, script, [...own]);
  const about = { place: name, services };
  if (status !== 0) return { ...about, packages: [], silence: output.trim() || "no answer" };
  return { ...about, packages: packagesIn(output, own), silence: null };
}

/** Reads what `upgrades.sh` prints. */
export function packagesIn(output: string, own: Set<string>): PackageState[] {
  const packages = new Map<string, PackageState>();
  for (const line of output.split("\n")) {
    const [kind, name = "", installed = "", newer = null, origin = ""] = line.split("\t");
    if (kind !== "own" && kind !== "newer") continue;
    const isSecurity = /security/i.test(origin);
    packages.set(name, { name, installed, newer, isSecurity, isOwn: own.has(name) });
  }
  return [...packages.values()].sort(
    (a, b) => Number(b.isOwn) - Number(a.isOwn) || a.name.localeCompare(b.name, "en"),
  );
}

function settingsFor(found: PlaceUpdates[], { platform, vm }: Settings, today: string) {
  const newer = found.flatMap(({ packages }) =>
    packages.flatMap(({ name, newer, isOwn }) => (newer === null ? [] : [{ name, newer, isOwn }])),
  );
  if (platform === "docker") return newer.length === 0 ? null : { docker: { packagesAsOf: today } };
  const own = newer.filter(({ isOwn }) => isOwn);
  const versions = Object.fromEntries(own.map(({ name, newer: version }) => [name, version]));
  return own.length === 0 ? null : { vm: { versions: { ...vm.versions, ...versions } } };
}
