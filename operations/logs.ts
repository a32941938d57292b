import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { paths } from "../configs/cluster/paths";
import { serviceNamed } from "../configs/cluster/plan";
import type { Settings } from "../configs/settings/schema";
import type { LogOptions, Reach } from "../platforms/reach";
import { programText } from "../programs/load";

/** A line of a log. */
export interface LogLine {
  service: string;
  /** ISO 8601 in UTC, as recorded by the Engine, the journal or PostgreSQL. */
  time: string;
  text: string;
}

/** Options for reading the logs of several services. */
export interface LogsArgs extends LogOptions {
  services: string[];
  /** Prints only matching lines. */
  pattern?: RegExp | undefined;
  /** Aborts logs that are not complete by then; their lines so far are kept. */
  signal?: AbortSignal | undefined;
  /** Is called with each line. */
  show: (line: LogLine) => void;
  /** Is called with a line for each service whose log cannot be read. */
  problem: (line: string) => void;
}

/**
 * Reads the logs of services. Without `follow` lines are sorted by time, otherwise they come as
 * they are written. The log of a member includes that of its PostgreSQL, even if
 * `logging_collector` writes it to separate files.
 */
export async function readLogs(reach: Reach, settings: Settings, args: LogsArgs): Promise<void> {
  const { lines = Infinity } = args;
  const all: LogLine[][] = [];
  const sources = args.services.flatMap((service) => sourcesOf(service, reach, settings, args));
  await Promise.all(
    sources.map((source) => {
      const kept: LogLine[] = [];
      all.push(kept);
      const keep = (line: LogLine) => {
        kept.push(line);
        // Not for each line, which would shift all others.
        if (kept.length >= 2 * lines) kept.splice(0, kept.length - lines);
      };
      return readSource(source, args, args.follow ? args.show : keep);
    }),
  );
  all
    .flatMap((kept) => kept.slice(-lines))
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .forEach((line) => args.show(line));
}

/** A log of a service. */
interface Source {
  service: string;
  /** The subject of error messages about it. */
  name: string;
  /** The command line that prints it. */
  words: string[];
}

function sourcesOf(
  service: string,
  reach: Reach,
  settings: Settings,
  options: LogOptions,
): Source[] {
  const { follow, since } = options;
  const own = { service, name: service, words: reach.log(service, options) };
  if (serviceNamed(service, settings).kind !== "patroni") return [own];
  const { version } = settings.postgres;
  const program = [
    ...["python3", "-c", programText("postgres_log.py")],
    ...[paths.pgData(version), paths.pgBin(version), String(secondsOf(since))],
    ...(follow ? ["--follow"] : []),
  ];
  const files = { service, name: `${service}, PostgreSQL's log files` };
  return [own, { ...files, words: reach.attached(service, program, false) }];
}

/** An age such as `30s`, `10m` or `2h`, in seconds. */
const secondsOf = (age: string): number =>
  parseInt(age, 10) * ({ s: 1, m: 60, h: 3600 }[age.slice(-1)] ?? 1);

async function readSource(
  { service, name, words: [program = "", ...words] }: Source,
  { pattern, problem, signal }: LogsArgs,
  take: (line: LogLine) => void,
): Promise<void> {
  // Its input closes with this process, and the command in the service detects that.
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  const stop = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", stop);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      problem(`${name}: ${error.message}`);
      resolve(null);
    });
    child.once("close", resolve);
  });
  let unread = "";
  const read = async (stream: NodeJS.ReadableStream) => {
    for await (const line of createInterface({ input: stream })) {
      const [, time, text] = /^(\d{4}-\d\d-\d\dT[\d:.]+)(?:Z|\+00:00)? ?(.*)$/.exec(line) ?? [];
      if (time === undefined || text === undefined) unread = line;
      else if (pattern === undefined || pattern.test(text)) take({ service, time, text });
    }
  };
  // Docker keeps a service's two output streams separate.
  await Promise.all([read(child.stdout), read(child.stderr)]);
  const status = await ended;
  signal?.removeEventListener("abort", stop);
  if (signal?.aborted === true) problem(`${name}: not read to its end in time`);
  if (status !== 0 && status !== null) problem(`${name}: ${unread || `ended with ${status}`}`);
}
