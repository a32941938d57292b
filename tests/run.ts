import { spawn } from "node:child_process";
import { isInstalled } from "../ops/lib/isInstalled";

/** One kind of check and how its results are counted. */
interface Suite {
  name: string;
  command: string[];
  /** Needs an Engine, and minutes. */
  slow?: boolean;
  /** Left out where this program is not installed. */
  needs?: string;
  count: (output: string, code: number) => Counts;
}

interface Counts {
  passed: number;
  failed: number;
}

const all = (pattern: RegExp, output: string) =>
  [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number ?? 1), 0);

/** For tools that only say yes or no. */
const oneCheck = (_: string, code: number): Counts =>
  code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

/** A runner that ended badly without naming a failure counts as one. */
const atLeast = ({ passed, failed }: Counts, code: number): Counts => ({
  passed,
  failed: code !== 0 && failed === 0 ? 1 : failed,
});

const mocha = (output: string, code: number) =>
  atLeast(
    { passed: all(/^\s*(\d+) passing/gm, output), failed: all(/^\s*(\d+) failing/gm, output) },
    code,
  );

const nodeTest = (output: string, code: number) =>
  atLeast({ passed: all(/^# pass (\d+)/gm, output), failed: all(/^# fail (\d+)/gm, output) }, code);

const goTest = (output: string, code: number) =>
  atLeast({ passed: all(/^--- PASS/gm, output), failed: all(/^--- FAIL/gm, output) }, code);

const suites: Suite[] = [
  { name: "types", command: ["tsc", "--noEmit"], count: oneCheck },
  { name: "toolchain's types", command: ["tsc", "-p", "toolchain"], count: oneCheck },
  { name: "lint", command: ["eslint", "."], count: oneCheck },
  { name: "format", command: ["prettier", "--check", "."], count: oneCheck },
  { name: "unit", command: ["mocha", "tests/unit/**/*.test.ts"], count: mocha },
  { name: "graph", command: ["mocha", "tests/graph/**/*.test.ts"], count: mocha },
  {
    name: "toolchain",
    command: ["sh", "-c", "node --test --test-reporter=tap toolchain/tests/*.test.mjs"],
    count: nodeTest,
  },
  {
    name: "plugins",
    command: ["node", "toolchain/testPlugins.mjs", "-v"],
    slow: true,
    // Only a machine that cannot download the official plugins has to build any.
    needs: "go",
    count: goTest,
  },
  {
    name: "validators",
    command: ["mocha", "tests/validators/**/*.test.ts"],
    slow: true,
    count: mocha,
  },
  {
    name: "end to end on Docker",
    command: ["mocha", "tests/e2e/docker.test.ts"],
    slow: true,
    count: mocha,
  },
  {
    // A run of its own: a failure in one file makes Mocha leave out the rest of another that bails.
    name: "end to end on virtual machines",
    command: ["mocha", "tests/e2e/vm.test.ts"],
    slow: true,
    count: mocha,
  },
];

/** Runs one suite with its output shown as it comes. */
function run(suite: Suite): Promise<Counts> {
  return new Promise((resolve) => {
    const [program = "", ...words] = suite.command;
    const child = spawn(program, words, {
      stdio: ["ignore", "pipe", "pipe"],
      // Counted by what is printed: no colours in between.
      env: { ...process.env, NO_COLOR: "1", MOCHA_COLORS: undefined, FORCE_COLOR: undefined },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        output += data.toString();
        process.stdout.write(data);
      });
    }
    child.once("error", (error) => {
      console.error(`${program} could not be started: ${error.message}`);
      resolve({ passed: 0, failed: 1 });
    });
    child.once("close", (code) => resolve(suite.count(output, code ?? 1)));
  });
}

/**
 * `npm test`: every suite; `--quick`: those that need no Engine; `--everything`: on virtual machines also what is
 * tried on Docker each time.
 */
async function main(): Promise<void> {
  const quick = process.argv.includes("--quick");
  if (process.argv.includes("--everything")) process.env.HAPG_TEST_EVERYTHING = "true";
  const total: Counts = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const suite of suites.filter(({ slow }) => !quick || slow !== true)) {
    console.log(`\n== ${suite.name}`);
    if (suite.needs !== undefined && !isInstalled(suite.needs)) {
      lines.push(`${suite.name}: left out, ${suite.needs} is not installed`);
      continue;
    }
    const started = Date.now();
    const { passed, failed } = await run(suite);
    total.passed += passed;
    total.failed += failed;
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    lines.push(`${suite.name}: ${passed} passed, ${failed} failed (${seconds} s)`);
  }
  console.log(`\n${lines.map((line) => `  ${line}`).join("\n")}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

void main();
