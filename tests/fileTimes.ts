import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a test or hook took. */
export interface TestTime {
  title: string;
  /** Relative to the project; left out for a hook of all files. */
  file?: string;
  milliseconds: number;
  /** Why it failed; left out if it passed. */
  error?: string;
}

/** Keeps what the test files took the last time they ran, in milliseconds. */
const kept = "node_modules/.cache/hapg-check/fileTimes.json";

/** What a byte of a test file takes on average, in milliseconds. */
const perByte = 0.1;

function known(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(kept, "utf8")) as Record<string, number>;
  } catch {
    // There is none yet, or half of one: an estimate will do.
    return {};
  }
}

/** Keeps what the files took in this run for the next one. */
export function noteFileTimes(times: TestTime[]): void {
  const now: Record<string, number> = {};
  for (const { file, milliseconds } of times)
    if (file !== undefined) now[file] = (now[file] ?? 0) + milliseconds;
  const all = { ...known(), ...now };
  const existing = Object.entries(all).filter(([file]) => existsSync(file));
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, JSON.stringify(Object.fromEntries(existing)));
}

/** What a test file takes in milliseconds: as in its last run, or else estimated by its size. */
export const costOf = (file: string): number => known()[file] ?? statSync(file).size * perByte;

/** The test files in a folder and its subfolders, relative to the project. */
export const testFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(folder, file))
    .sort();

/**
 * Splits items into groups of about equal cost: the most expensive first, each into the cheapest group so far. Within a
 * group they keep their order.
 */
export function spread<T>(items: T[], count: number, cost: (item: T) => number): T[][] {
  const groups = Array.from({ length: count }, () => ({ cost: 0, indices: [] as number[] }));
  const priced = items.map((item, index) => ({ index, cost: cost(item) }));
  for (const one of priced.sort((a, b) => b.cost - a.cost)) {
    const cheapest = groups.reduce((a, b) => (b.cost < a.cost ? b : a));
    cheapest.cost += one.cost;
    cheapest.indices.push(one.index);
  }
  return groups.map(({ indices }) => items.filter((_, index) => indices.includes(index)));
}
