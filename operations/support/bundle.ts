import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { paths } from "../../configs/cluster/paths";
import { type PlannedService, planOf } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";
import type { Reach } from "../../platforms/reach";
import { programText } from "../../programs/load";
import { readLogs } from "../logs";
import { parseParts } from "../look/facts";
import { Masking } from "./masking";

/** The contents of an archive for a support ticket. */
export interface BundleArgs {
  settings: Settings;
  reach: Reach;
  /** Existing files by path, such as the status. */
  files: Record<string, string>;
  /**
   * The stack's outputs with their secrets, which are needed to mask them; undefined if they cannot
   * be read.
   */
  outputs: Record<string, unknown> | undefined;
  /** The directory that contains everything. */
  name: string;
}

/** Maximum age of log lines, and maximum number of lines of each log. */
const logs = { since: "24h", lines: 20_000 };

/** Timeout of one service, in seconds. */
const patienceSeconds = 15;
/** Timeout of the logs, in seconds: a host may hang during a transfer. */
const logPatienceSeconds = 60;

/**
 * Collects what support needs to see of a cluster, without its secrets. Missing answers are
 * recorded.
 * @returns texts by path
 */
export async function supportFiles({
  settings,
  reach,
  files,
  outputs,
}: BundleArgs): Promise<Record<string, string>> {
  const services = planOf(settings).filter(({ isAway }) => !isAway);
  const masking = new Masking();
  masking.learnOutput(outputs);
  const problems: string[] =
    outputs === undefined
      ? ["The stack's outputs could not be read: secrets were found by what they look like alone."]
      : [];
  const collected: Record<string, string> = { ...files };
  await Promise.all([
    ...services.map(async (service) => {
      const parts = await partsOf(service, settings, reach).catch((error: unknown) => {
        problems.push(`${service.name}: ${(error as Error).message}`);
        return {};
      });
      for (const [path, text] of Object.entries(parts)) {
        if (path.startsWith("secret/")) {
          masking.learnUserlist(text);
          continue;
        }
        if (path.startsWith("config/")) masking.learn(text);
        collected[`${service.name}/${path}`] = text;
      }
    }),
    collectLogs(services, settings, reach, problems).then((all) => Object.assign(collected, all)),
  ]);
  collected["problems-of-this-archive.txt"] = `${problems.join("\n")}\n`;
  return Object.fromEntries(
    Object.entries(collected).map(([path, text]) => [path, masking.masked(text)]),
  );
}

async function partsOf(
  { name, kind }: PlannedService,
  settings: Settings,
  reach: Reach,
): Promise<Record<string, string>> {
  const script = programText("facts/facts.sh") + programText("facts/support.sh");
  const { pgbouncer, postgres } = settings;
  const places = [String(pgbouncer.port), paths.pgData(postgres.version), paths.pgSocket];
  const signal = AbortSignal.timeout(patienceSeconds * 1000);
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`no answer within ${patienceSeconds} s`);
    signal.addEventListener("abort", () => reject(error));
  });
  const asked = reach.execute(name, ["sh", "-c", script, "support", kind, ...places], "", signal);
  const { status, output } = await Promise.race([asked, late]);
  const parts = Object.entries(parseParts(output));
  if (parts.length === 0) throw new Error(output.trim() || `ended with ${String(status)}`);
  return Object.fromEntries(
    parts.map(([path, part]) => [path, part.value ?? `It failed: ${part.problem}\n`]),
  );
}

async function collectLogs(
  services: PlannedService[],
  settings: Settings,
  reach: Reach,
  problems: string[],
): Promise<Record<string, string>> {
  const kept: Record<string, string[]> = {};
  await readLogs(reach, settings, {
    services: services.map(({ name }) => name),
    follow: false,
    signal: AbortSignal.timeout(logPatienceSeconds * 1000),
    ...logs,
    show: ({ service, time, text }) => (kept[service] ??= []).push(`${time} ${text}`),
    problem: (line) => problems.push(line),
  });
  return Object.fromEntries(
    Object.entries(kept).map(([service, lines]) => [`${service}/log.txt`, `${lines.join("\n")}\n`]),
  );
}

/**
 * Writes texts to a `tar.gz` archive.
 * @throws {Error} if tar is not installed or fails
 */
export async function writeArchive(
  files: Record<string, string>,
  name: string,
  output: Writable,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hapg-support-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      const target = join(folder, name, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text, { mode: 0o600 });
    }
    const tar = spawn("tar", ["-C", folder, "-czf", "-", name], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    tar.stderr.on("data", (text: Buffer) => (errors += text.toString()));
    const ended = new Promise<number | null>((resolve, reject) => {
      tar.once("error", reject);
      tar.once("close", resolve);
    });
    const [status] = await Promise.all([ended, pipeline(tar.stdout, output)]);
    if (status !== 0) throw new Error(`tar: ${errors.trim()}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
