import { readdirSync } from "node:fs";
import { costOf, spread, testFiles } from "./fileTimes";
import { type Choice, chosen } from "./parts";

/** How many tests of a suite had which end. */
export interface Counts {
  passed: number;
  failed: number;
  /** Left out by themselves: this machine has not what they need. */
  pending: number;
}

/** One kind of check and how its results are counted. */
export interface Suite {
  name: string;
  command: string[];
  /** Left out where this program is not installed. */
  needs?: string;
  count: (output: string, code: number) => Counts;
}

const all = (pattern: RegExp, output: string) =>
  [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number ?? 1), 0);

/** For tools that only say yes or no. */
const oneCheck = (_: string, code: number): Counts => ({
  passed: code === 0 ? 1 : 0,
  failed: code === 0 ? 0 : 1,
  pending: 0,
});

/** A runner that ended badly without naming a failure counts as one. */
const atLeast = (counts: Counts, code: number): Counts =>
  code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;

const mocha = (output: string, code: number) =>
  atLeast(
    {
      passed: all(/^\s*(\d+) passing/gm, output),
      failed: all(/^\s*(\d+) failing/gm, output),
      pending: all(/^\s*(\d+) pending/gm, output),
    },
    code,
  );

const nodeTest = (output: string, code: number) =>
  atLeast(
    {
      passed: all(/^# pass (\d+)/gm, output),
      failed: all(/^# fail (\d+)/gm, output),
      pending: all(/^# skipped (\d+)/gm, output),
    },
    code,
  );

const goTest = (output: string, code: number) =>
  atLeast(
    {
      passed: all(/^--- PASS/gm, output),
      failed: all(/^--- FAIL/gm, output),
      pending: all(/^--- SKIP/gm, output),
    },
    code,
  );

/** A suite of these files; none without a file. */
const mochaOn = (name: string, files: string[]): Suite[] =>
  files.length === 0 ? [] : [{ name, command: ["mocha", ...files], count: mocha }];

const kept = (name: string) => `node_modules/.cache/hapg-check/${name}`;

/** The test files of a folder in two suites that take about as long: each costs a start of its own. */
const inHalves = (folder: string): Suite[] =>
  spread(testFiles(`tests/${folder}`), 2, costOf).flatMap((files, i) =>
    mochaOn(i === 0 ? folder : `more ${folder}`, files),
  );

/**
 * What a commit needs: no Engine, and less than a minute. What these tools have found is kept for the next time. The
 * longest come first.
 */
export const quick = (): Suite[] => [
  ...inHalves("unit"),
  ...inHalves("graph"),
  {
    name: "types",
    command: ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", kept("types.json")],
    count: oneCheck,
  },
  {
    name: "Python",
    command: ["node", "toolchain/python.mjs", "--cache", kept("python")],
    count: oneCheck,
  },
  {
    name: "format",
    command: [
      ...["prettier", "--cache", "--cache-strategy", "content"],
      ...["--cache-location", kept("format.json"), "--check", "."],
    ],
    count: oneCheck,
  },
  {
    name: "workflows",
    command: [
      ...["go", "run", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7", "-no-color"],
      // The steps' scripts are files, which the validators look at.
      ...["-shellcheck=", "-pyflakes="],
      ...readdirSync(".github/workflows").map((name) => `.github/workflows/${name}`),
    ],
    needs: "go",
    count: oneCheck,
  },
  {
    name: "lint",
    command: [
      ...["eslint", "--cache", "--cache-strategy", "content"],
      ...["--cache-location", kept("lint/"), "."],
    ],
    count: oneCheck,
  },
];

/** What setup is. */
const toolchain: Suite[] = [
  { name: "toolchain's types", command: ["tsc", "-p", "toolchain"], count: oneCheck },
  {
    name: "toolchain",
    command: ["sh", "-c", "node --test --test-reporter=tap toolchain/tests/*.test.mjs"],
    count: nodeTest,
  },
];

const plugins: Suite = {
  name: "plugins",
  command: ["node", "toolchain/testPlugins.mjs", "-v"],
  // Only a machine that cannot download the official plugins has to build any.
  needs: "go",
  count: goTest,
};

/** What tries the real programs waits most of the time: each file can run beside others. */
const validators = (choice: Choice): Suite[] =>
  chosen("validators", choice).flatMap((name) =>
    mochaOn(`validators: ${name}`, [`tests/validators/${name}.test.ts`]),
  );

const cluster = (kind: "docker" | "hosts", choice: Choice): Suite[] =>
  // A run of its own: a failure in one file makes Mocha leave out the rest of another that bails.
  chosen(kind, choice).length === 0
    ? []
    : mochaOn(`a cluster on ${kind}`, [`tests/e2e/${kind}.test.ts`]);

/** How the suites of a choice are run. */
export interface Order {
  /** Begun first, beside all others. */
  meanwhile: Suite[];
  /** Some at a time, taken from the front and from the end. */
  beside: Suite[];
  /** One after the other, when all else has ended. */
  alone: Suite[];
}

/** The suites of a choice, and their order. */
export const suitesOf = (choice: Choice): Order =>
  typeof choice === "object" && "part" in choice
    ? {
        meanwhile: [],
        beside: [],
        alone: [...validators(choice), ...cluster("docker", choice), ...cluster("hosts", choice)],
      }
    : {
        // Installing packages on hosts takes most of this suite's time, and that is waiting.
        meanwhile: cluster("hosts", choice),
        // At the front is what waits, at the end what computes.
        beside: [...validators(choice), ...toolchain, plugins, ...quick()],
        // It has the machine for itself: how long it takes is looked at.
        alone: cluster("docker", choice),
      };
