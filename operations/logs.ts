import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { LogOptions, Reach } from "../platforms/reach";

/** A line of a log. */
export interface LogLine {
  service: string;
  /** ISO 8601 in UTC, as the Engine or the journal noted it. */
  time: string;
  text: string;
}

/** What to read of the logs of several services. */
export interface LogsArgs extends LogOptions {
  services: string[];
  /** Only lines that match. */
  pattern?: RegExp | undefined;
  /** Gets each line. */
  show: (line: LogLine) => void;
  /** Gets a line for each service whose log cannot be read. */
  problem: (line: string) => void;
}

/** Reads the logs of services. Without `follow` lines come in the order of their times, else as they are written. */
export async function readLogs(reach: Reach, args: LogsArgs): Promise<void> {
  const kept: LogLine[] = [];
  const take = args.follow ? args.show : (line: LogLine) => void kept.push(line);
  await Promise.all(args.services.map((service) => readLog(reach, service, args, take)));
  kept
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .forEach((line) => args.show(line));
}

async function readLog(
  reach: Reach,
  service: string,
  { follow, since, pattern, problem }: LogsArgs,
  take: (line: LogLine) => void,
): Promise<void> {
  const [program = "", ...words] = reach.log(service, { follow, since });
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      problem(`${service}: ${error.message}`);
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
  // Docker keeps the two streams of a service apart.
  await Promise.all([read(child.stdout), read(child.stderr)]);
  const status = await ended;
  if (status !== 0 && status !== null) problem(`${service}: ${unread || `ended with ${status}`}`);
}
