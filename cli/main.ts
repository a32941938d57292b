import { Command, CommanderError } from "@commander-js/extra-typings";
import { SettingsError } from "../configs/settings/parse";
import { Refusal } from "../operations/switchover/choice";
import { commands } from "./commands";
import { exitCode, Failure } from "./failure";
import { version } from "../package.json";

const program = new Command("hapg")
  .description("Operates highly available PostgreSQL clusters")
  .version(version)
  .configureHelp({ sortSubcommands: true, showGlobalOptions: true })
  .enablePositionalOptions();
for (const command of commands) program.addCommand(command);
const all = commands.flatMap((command) => [command, ...command.commands]);
for (const command of [program, ...all])
  command.exitOverride().showHelpAfterError("Run it with --help to see what it takes.");

/**
 * Prints the message of an error that has an exit code, and returns the code.
 * @throws all others: `toolchain/run.cjs` distinguishes faults of this program from errors that a
 * user can cause
 */
function reported(error: unknown): number {
  // commander has printed the problem; help and the version are not failures.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCode.done : exitCode.wrongUsage;
  const code = codeOf(error);
  if (code === undefined) throw error;
  const { message } = error as Error;
  if (message !== "") console.error(message);
  return code;
}

function codeOf(error: unknown): number | undefined {
  if (error instanceof Failure) return error.code;
  if (error instanceof SettingsError) return exitCode.wrongUsage;
  return error instanceof Refusal ? exitCode.refused : undefined;
}

program.parseAsync().catch((error: unknown) => {
  process.exitCode = reported(error);
});
