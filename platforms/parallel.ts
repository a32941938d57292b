import { execFileSync } from "node:child_process";

/** A command and its standard input. */
export interface Task {
  words: string[];
  input: string;
}

/** How a command ended. */
export interface Ending {
  /** null if it was not started or was killed. */
  status: number | null;
  output: string;
  errors: string;
  /** When it was started and when it had ended, in milliseconds since 1970. */
  started: number;
  ended: number;
}

/** How long a command may take, in seconds. A host may hang with its connections open. */
const limitSeconds = 300;

/** Reads tasks as JSON and prints their results in the same order. */
const runner = `
  const { spawn } = require("node:child_process");
  const tasks = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const run = ({ words: [program, ...rest], input }) => new Promise((resolve) => {
    const ending = { status: null, output: "", errors: "", started: Date.now() };
    const done = (status) => resolve({ ...ending, status, ended: Date.now() });
    const child = spawn(program, rest);
    // A piece of the stream may end within a character.
    child.stdout.setEncoding("utf8");
    child.stderr.setEncoding("utf8");
    child.stdout.on("data", (data) => (ending.output += data));
    child.stderr.on("data", (data) => (ending.errors += data));
    child.stdin.on("error", () => {});
    child.once("error", (error) => { ending.errors += error.message; done(null); });
    const limit = setTimeout(() => {
      ending.errors += "\\nno answer within ${limitSeconds} s";
      child.kill("SIGKILL");
      [child.stdout, child.stderr].forEach((pipe) => pipe.destroy());
    }, ${limitSeconds} * 1000);
    child.once("close", (status) => { clearTimeout(limit); done(status); });
    child.stdin.end(input);
  });
  Promise.all(tasks.map(run)).then((endings) => console.log(JSON.stringify(endings)));
`;

/**
 * Runs commands in parallel and waits for all of them. A Pulumi program must stay synchronous until
 * its resources are declared, and Node can only run one process synchronously.
 */
export function runAll(tasks: Task[]): Ending[] {
  const output = execFileSync(process.execPath, ["-e", runner], {
    input: JSON.stringify(tasks),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output) as Ending[];
}
