import { execFileSync } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { dataLabel, stackLabel } from "../platforms/docker/names";
import { parseArguments } from "./lib/arguments";
import { project, PulumiStack } from "./lib/pulumi";

/**
 * `npm run down [-- --stack NAME] [--data] [--yes]`: removes the cluster and keeps the data; with
 * `--data` removes the data too, after asking.
 */
async function main(): Promise<void> {
  const { stack: name, flags, rest } = parseArguments(process.argv.slice(2), ["--data", "--yes"]);
  const stack = PulumiStack.open(name);
  const volumes = dataVolumes(name);
  const removeData = flags.has("--data") && volumes.length > 0;
  if (removeData && !flags.has("--yes") && !(await agreed(name, volumes))) {
    console.log("Nothing was removed.");
    return;
  }
  stack.run("destroy", "--stack", name, "--yes", ...rest);
  if (removeData) {
    docker("volume", "rm", ...volumes);
    console.log(`The data is gone: ${volumes.join(", ")}.`);
  } else if (volumes.length > 0) {
    console.log(`The data is kept: ${volumes.join(", ")}.`);
    console.log("`npm run up` takes it up again; `npm run down -- --data` removes it.");
  }
}

/** Data volumes of a stack on this Engine, whoever made them. */
function dataVolumes(stackName: string): string[] {
  const format = `{{.Name}}\t{{.Label "${stackLabel}"}}`;
  const lines = docker("volume", "ls", "--filter", `label=${dataLabel}`, "--format", format);
  return lines
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([, owner]) => owner?.endsWith(`/${project}/${stackName}`))
    .map(([volume]) => volume ?? "");
}

async function agreed(name: string, volumes: string[]): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  console.log(`All data of stack ${name} will be removed for good: ${volumes.join(", ")}.`);
  const answer = await prompt.question(`Type the stack's name, ${name}, to go on: `);
  prompt.close();
  return answer.trim() === name;
}

const docker = (...words: string[]) => execFileSync("docker", words, { encoding: "utf8" }).trim();

void main();
