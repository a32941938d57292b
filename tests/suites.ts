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

const kept = (name: string) => `node_modules/.cache/hapg-check/${name}`;

/**
 * What a commit needs: no Engine, and less than a minute. What these tools have found is kept for
 * the next time.
 */
export const quick: Suite[] = [
  {
    name: "types",
    command: ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", kept("types.json")],
    count: oneCheck,
  },
  { name: "graph", command: ["mocha", "tests/graph/**/*.test.ts"], count: mocha },
  {
    name: "lint",
    command: [
      ...["eslint", "--cache", "--cache-strategy", "content"],
      ...["--cache-location", kept("lint/"), "."],
    ],
    count: oneCheck,
  },
  {
    name: "Python",
    command: ["node", "toolchain/python.mjs", "--cache", kept("python")],
    count: oneCheck,
  },
  { name: "unit", command: ["mocha", "tests/unit/**/*.test.ts"], count: mocha },
  {
    name: "format",
    command: [
      ...["prettier", "--cache", "--cache-strategy", "content"],
      ...["--cache-location", kept("format.json"), "--check", "."],
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

/** A suite of these files; none without a file. */
const mochaOn = (name: string, files: string[]): Suite[] =>
  files.length === 0 ? [] : [{ name, command: ["mocha", ...files], count: mocha }];

/** What tries the real programs waits most of the time: half of it runs beside the other half. */
function validators(choice: Choice): Suite[] {
  const files = chosen("validators", choice).map((name) => `tests/validators/${name}.test.ts`);
  return [
    ...mochaOn(
      "validators",
      files.filter((_, i) => i % 2 === 0),
    ),
    ...mochaOn(
      "more validators",
      files.filter((_, i) => i % 2 === 1),
    ),
  ];
}

/** A cluster has the machine for itself: what it does in time is looked at. */
const clusters = (choice: Choice): Suite[] =>
  (["docker", "hosts"] as const).flatMap((kind) =>
    // A run of its own: a failure in one file makes Mocha leave out the rest of another that bails.
    chosen(kind, choice).length === 0
      ? []
      : mochaOn(`a cluster on ${kind}`, [`tests/e2e/${kind}.test.ts`]),
  );

/** What of a choice runs two at a time, one group after the other, and what runs alone after that. */
export const suitesOf = (choice: Choice): { inPairs: Suite[][]; alone: Suite[] } =>
  typeof choice === "object" && "part" in choice
    ? { inPairs: [], alone: [...validators(choice), ...clusters(choice)] }
    : {
        inPairs: [[...quick, ...toolchain], validators(choice)],
        alone: [plugins, ...clusters(choice)],
      };
