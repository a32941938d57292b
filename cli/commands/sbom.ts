import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kindMeant } from "../../configs/cluster/plan";
import { Engine } from "../../platforms/docker/engine";
import { stackLabel } from "../../platforms/docker/names";
import { examples, onCluster } from "../command";
import { project, settingsInFile } from "../stackFile";
import { imageSbom, programSbom } from "../../operations/sbom";

const folder = join("reports", "sbom");

/**
 * `hapg sbom`: lists of packages with their versions, as CycloneDX JSON: one for the program, and
 * one for each image.
 */
export const sbom = onCluster("sbom", "write the packages of the program and of the images")
  .addHelpText("after", examples("sbom"))
  .action(({ stack, configFile }) => {
    const { docker } = settingsInFile(stack, configFile);
    mkdirSync(folder, { recursive: true });
    write("program", programSbom());
    for (const [program, image] of imagesOf(stack, new Engine(docker.host))) {
      write(program, imageSbom(image, `hapg/${program}`, docker.host));
    }
  });

/** The image of a stack's containers, by program. */
function imagesOf(stack: string, engine: Engine): Map<string, string> {
  const format = `{{.ID}}\t{{.Label "${stackLabel}"}}\t{{.Label "hapg.service"}}`;
  const containers = engine
    .docker("ps", "--all", "--format", format)
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([, owner]) => owner?.endsWith(`/${project}/${stack}`));
  return new Map(
    containers.map(([container = "", , service = ""]) => [
      kindMeant(service) ?? service,
      engine.docker("inspect", "--format", "{{.Image}}", container),
    ]),
  );
}

function write(name: string, sbom: string): void {
  const path = join(folder, `${name}.cdx.json`);
  writeFileSync(path, sbom);
  console.log(path);
}
