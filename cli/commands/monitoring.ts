import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { monitoringFiles } from "../../configs/monitoring/files";
import { examples, onCluster, runOn } from "../command";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { settingsInFile } from "../stackFile";
import { print } from "../terminal";

const exported = onCluster("export", "write scrape configuration and alert rules for Prometheus")
  .option("--dir <path>", "folder for the files; by default reports/monitoring/STACK")
  .addHelpText("after", examples("monitoring export", "monitoring export --dir /etc/prometheus"))
  .action(({ stack, configFile, dir }) => {
    const settings = settingsInFile(stack, configFile);
    const { statsLogin, caCertificate } = PulumiStack.outputsOf(stack);
    if (typeof statsLogin !== "string" || typeof caCertificate !== "string")
      throw new Failure(
        `The stack ${stack} has no cluster yet: run ${runOn(stack)("up")}.`,
        exitCode.refused,
      );
    const folder = dir ?? join("reports", "monitoring", stack);
    const files = monitoringFiles(settings, { login: statsLogin, ca: caCertificate });
    for (const { name, content, mode } of files) print(replaced(folder, name, content, mode));
  });

/** `hapg monitoring`: the cluster in a Prometheus that the user has. */
export const monitoring = new Command("monitoring")
  .description("watch the cluster with Prometheus")
  .addCommand(exported);

/**
 * Writes a file in one step: a Prometheus that loads it at this moment finds the former one or this.
 * @returns its path
 * @throws {Failure} if it cannot be written
 */
function replaced(folder: string, name: string, content: string, mode: number): string {
  const path = join(folder, name);
  const partial = join(folder, `.${name}.partial-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(partial, { force: true });
    writeFileSync(partial, content, { mode, flag: "wx" });
    renameSync(partial, path);
    return path;
  } catch (error) {
    const { message } = error as Error;
    throw new Failure(`${path} cannot be written: ${message}`, exitCode.failed);
  }
}
