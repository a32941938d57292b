import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { execa, type ExecaError, execaSync } from "execa";
import { isInstalled } from "../operations/isInstalled";
import { noteFileTimes, type TestTime } from "./fileTimes";
import { choiceOf, shardOf } from "./parts";
import { type Counts, quick, type Suite, suitesOf } from "./suites";

/** How a suite ended. */
interface Result extends Counts {
  line: string;
}

const times = join(mkdtempSync(join(tmpdir(), "hapg-times-")), "times.json");

/**
 * Runs one suite. Its output is shown as it comes, or all at once at its end if another runs beside
 * it.
 */
async function run(
  suite: Suite,
  environment: NodeJS.ProcessEnv,
  isAlone: boolean,
): Promise<Result> {
  const none = { passed: 0, failed: 0, pending: 0 };
  if (suite.needs !== undefined && !isInstalled(suite.needs))
    return { ...none, line: `${suite.name}: left out, ${suite.needs} is not installed` };
  if (isAlone) console.log(`\n== ${suite.name}`);
  const started = Date.now();
  const { output, code } = await outputOf(suite.command, environment, isAlone);
  if (!isAlone) console.log(`\n== ${suite.name}\n${output.trimEnd()}`);
  const counts = suite.count(output, code);
  const { passed, failed, pending } = counts;
  const seconds = Math.round((Date.now() - started) / 1000);
  const left = pending === 0 ? "" : `, ${pending} pending`;
  return {
    ...counts,
    line: `${suite.name}: ${passed} passed, ${failed} failed${left} (${seconds} s)`,
  };
}

async function outputOf(
  [program = "", ...words]: string[],
  environment: NodeJS.ProcessEnv,
  isShown: boolean,
): Promise<{ output: string; code: number }> {
  const reporter = program === "mocha" ? ["--reporter", "tests/support/timesReporter.ts"] : [];
  const child = execa(program, [...words, ...reporter], {
    stdin: "ignore",
    all: true,
    cleanup: false,
    // Counted by what is printed: no colours in between.
    env: {
      ...environment,
      HAPG_TEST_TIMES: times,
      NO_COLOR: "1",
      MOCHA_COLORS: undefined,
      FORCE_COLOR: undefined,
    },
  });
  if (isShown) child.all?.pipe(process.stdout, { end: false });
  try {
    const { all = "" } = await child;
    return { output: all, code: 0 };
  } catch (error) {
    const { all = "", originalMessage } = error as ExecaError;
    return { output: originalMessage ?? all, code: 1 };
  }
}

/**
 * Runs suites three at a time: on two cores, one of them nearly always waits for a program or a clock. Two take the next
 * from the front, the third from the end.
 */
async function runBeside(suites: Suite[], environment: NodeJS.ProcessEnv): Promise<Result[]> {
  const waiting = [...suites];
  const results: Result[] = [];
  const worker = async (next: () => Suite | undefined) => {
    for (let suite = next(); suite !== undefined; suite = next())
      results.push(await run(suite, environment, false));
  };
  const fromFront = () => waiting.shift();
  await Promise.all([worker(fromFront), worker(fromFront), worker(() => waiting.pop())]);
  return results;
}

/**
 * The environment with Python itself first on PATH: the shell script that pyenv and its like put
 * there takes five times as long to start as Python.
 */
function withPython(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const where = "import os, sys; print(os.path.dirname(sys.executable))";
  const { failed, stdout } = execaSync("python3", ["-c", where], { reject: false });
  const { PATH = "" } = environment;
  return failed ? environment : { ...environment, PATH: `${stdout}${delimiter}${PATH}` };
}

/** When the commit that is tested was made; today outside of a repository. */
function commitDate(): number {
  const words = ["log", "-1", "--format=%ct"];
  const { failed, stdout } = execaSync("git", words, { reject: false });
  return failed ? Date.now() : Number(stdout) * 1000;
}

/**
 * What the command line or, for those who call it from elsewhere, the environment names; else the
 * shard of the day.
 */
function namedOrToday(only = process.env.HAPG_TEST_ONLY): string {
  if (only !== undefined) return only;
  const shard = String(shardOf(commitDate()));
  console.log(
    `The core of the tests and shard ${shard}. The same again: npm test -- --only ${shard}`,
  );
  return shard;
}

function testTimes(): TestTime[] {
  if (!existsSync(times)) return [];
  return readFileSync(times, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TestTime);
}

function slowest(): string[] {
  const tests = testTimes()
    .sort((one, other) => other.milliseconds - one.milliseconds)
    .slice(0, 10);
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1).padStart(7);
  return [
    "",
    "Slowest:",
    ...tests.map(({ title, milliseconds }) => `${seconds(milliseconds)} s  ${title}`),
  ];
}

/** The failed tests once more, at the end of a long output, each with the first lines of why. */
function failed(): string[] {
  const tests = testTimes().flatMap(({ title, error }) =>
    error === undefined ? [] : { title, error },
  );
  if (tests.length === 0) return [];
  const why = (error: string) =>
    error
      .split("\n")
      .slice(0, 12)
      .map((line) => `      ${line}`);
  return ["", "Failed:", ...tests.flatMap(({ title, error }) => [`  ${title}`, ...why(error)])];
}

/**
 * `npm test [-- --only WHAT] [--reuse]`: the core of the tests and the shard of the commit's day; or the shard, the part (as in
 * `docker:access`) or `everything` that is named. `--reuse` keeps the cluster on which a part runs, and takes the one that is there.
 * `npm run check` (`--quick`): what a commit needs.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      reuse: { type: "boolean", default: false },
    },
  });
  const started = Date.now();
  const only = namedOrToday(values.quick ? "everything" : values.only);
  const { meanwhile, beside, alone } = values.quick
    ? { meanwhile: [], beside: quick(), alone: [] }
    : suitesOf(choiceOf(only));
  const environment = {
    ...withPython(process.env),
    HAPG_TEST_ONLY: only,
    ...(values.reuse ? { HAPG_TEST_REUSE: "true" } : {}),
  };
  const first = meanwhile.map((suite) => run(suite, environment, false));
  const results = await runBeside(beside, environment);
  results.push(...(await Promise.all(first)));
  for (const suite of alone) results.push(await run(suite, environment, true));
  const sum = (what: keyof Counts) => results.reduce((total, one) => total + one[what], 0);
  console.log(
    ["", ...results.map(({ line }) => `  ${line}`), ...slowest(), ...failed(), ""].join("\n"),
  );
  console.log(`${Math.round((Date.now() - started) / 1000)} s in all; ${sum("pending")} pending`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  noteFileTimes(testTimes());
  rmSync(join(times, ".."), { recursive: true });
  process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
