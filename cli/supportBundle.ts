import { stripVTControlCharacters } from "node:util";
import { diagnose } from "../operations/diagnose";
import { eventsOf } from "../operations/events";
import { lookAt } from "../operations/look/look";
import { statusOf } from "../operations/status";
import { supportFiles, writeArchive } from "../operations/support/bundle";
import { bytes } from "../operations/units";
import type { Cluster } from "./command";
import { NewFile } from "./newFile";
import { PulumiStack } from "./pulumiStack";
import { problemLines, statusPage } from "./statusPage";
import { print, progress } from "./terminal";

/**
 * Writes an archive for a support ticket and prints its path.
 * @param wanted its path, or an existing directory for it
 * @throws {Failure} if a file of that name exists
 */
export async function writeBundle(
  { stack, settings, reach, run }: Cluster,
  wanted: string,
): Promise<void> {
  const started = Date.now();
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const name = `${settings.clusterName}-support-${time}`;
  const file = NewFile.begin(wanted, `${name}.tar.gz`);
  try {
    const outputs = outputsOf(stack);
    const look = await lookAt(settings, reach);
    const status = statusOf(look, settings);
    const problems = diagnose({ look, settings, run });
    const plain = (text: string) => `${stripVTControlCharacters(text)}\n`;
    const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
    const files = await supportFiles({
      ...{ settings, reach, outputs, name },
      files: {
        "status.txt": plain(statusPage(status, problems)),
        "status.json": json(status),
        "problems.txt": plain(problemLines(problems).join("\n")),
        "problems.json": json(problems),
        "events.json": json(eventsOf(look)),
        "facts.json": json(look),
        "settings.json": json(settings),
        "versions.json": json({ node: process.versions, platform: process.platform }),
      },
    });
    await writeArchive(files, name, file.stream);
    await file.complete();
    const size = file.stream.bytesWritten;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    progress(`${Object.keys(files).length} files, ${bytes(size)}, in ${seconds} s.`);
    progress(
      "Secrets are masked. Logs may hold data of your own: look at them before you send it.",
    );
    print(file.path);
  } finally {
    file.discard();
  }
}

/**
 * The stack's outputs with their secrets; undefined, with a message, if Pulumi cannot read them.
 */
function outputsOf(stack: string): Record<string, unknown> | undefined {
  try {
    return PulumiStack.outputsOf(stack);
  } catch (error) {
    progress(`${(error as Error).message} Passwords of roles are masked where they look like one.`);
    return undefined;
  }
}
