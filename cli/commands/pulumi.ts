import { spawnSync } from "node:child_process";
import { Command } from "@commander-js/extra-typings";
import { scriptEnvironment } from "../environment";
import { exitCode, Failure } from "../failure";
import { whatStopsUpdates } from "../stoppedUpdates";

/** Stacks that are named in Pulumi's arguments. Pulumi itself determines the selected one. */
const stacksIn = (words: string[]): string[] =>
  words.flatMap((word, i) => {
    if (word === "--stack" || word === "-s") return words[i + 1] ?? [];
    return word.startsWith("--stack=") ? word.slice("--stack=".length) : [];
  });

/**
 * `hapg pulumi`: runs Pulumi itself, where its engine is not on PATH or `up` has created the
 * passphrase.
 */
export const pulumi = new Command("pulumi")
  .description("run Pulumi with the engine and passphrase that `up` uses")
  .argument("[words...]", "words for Pulumi")
  .helpOption(false)
  .allowUnknownOption()
  .passThroughOptions()
  .action((words) => {
    const options = { env: scriptEnvironment(), stdio: "inherit" } as const;
    const { status, error } = spawnSync("pulumi", words, options);
    if (error !== undefined)
      throw new Error(`Pulumi cannot be started: ${error.message}. Run \`npm run setup\`.`);
    if (status !== 0)
      throw new Failure(whatStopsUpdates(stacksIn(words)) ?? "", status ?? exitCode.failed);
  });
