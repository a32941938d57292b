import { stringify } from "yaml";
import { type PlaceUpdates, type Updates, updatesOf } from "../../operations/updates";
import { packagesOf } from "../../platforms/byPlatform";
import { examples, onCluster, withCluster } from "../command";
import { exitCode, Failure } from "../failure";
import { print, printJson, progress } from "../terminal";
import { textTable } from "../textTable";

/** `hapg updates`: the versions in use, and what is newer for each service and its base system. */
export const updates = onCluster("updates", "show versions in use, and newer packages")
  .option("--json", "print JSON")
  .addHelpText("after", examples("updates", "updates --json"))
  .action(async ({ json, ...where }) => {
    await withCluster(where, async ({ settings, reach, stack, run }) => {
      progress("Reading the package repositories of each image or host ...");
      const found = await updatesOf(settings, packagesOf(settings, reach));
      if (json === true) printJson(found);
      else print(textTable([head, ...found.places.flatMap(rows)]).join("\n"));
      for (const { place, silence } of found.places) {
        if (silence !== null) progress(`${place}: ${silence}`);
      }
      if (json !== true)
        progress(next(found, where.configFile ?? `Pulumi.${stack}.yaml`, run("up")));
      if (found.places.some(({ silence }) => silence !== null))
        throw new Failure("Not every place could be asked.", exitCode.failed);
    });
  });

const head = ["PLACE", "SERVICES", "PACKAGE", "INSTALLED", "NEWER", "SECURITY"];

const rows = ({ place, services, packages }: PlaceUpdates): string[][] =>
  packages.map(({ name, installed, newer, isSecurity, isOwn }) => [
    ...[place, isOwn ? services.join(" ") : "(base system)", name, installed],
    ...[newer ?? "", isSecurity ? "yes" : ""],
  ]);

function next({ platform, places, settings }: Updates, file: string, up: string): string {
  const base = places.flatMap(({ packages }) => packages.filter(({ isOwn }) => !isOwn));
  const ofHosts =
    platform === "vm" && base.length > 0
      ? [
          "An update does not touch a host's base system: upgrade it with apt-get, one host at a time.",
        ]
      : [];
  if (settings === null) return ["Nothing is newer for the services.", ...ofHosts].join("\n");
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`hapg:${key}`, value]),
  );
  return [
    `Set this in ${file}, beside what is there:`,
    stringify({ config }).trimEnd(),
    `Next: ${up}`,
    ...ofHosts,
  ].join("\n");
}
