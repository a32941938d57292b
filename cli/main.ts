import { Command, CommanderError } from "@commander-js/extra-typings";
import { SettingsError } from "../configs/settings/parse";
import { Refusal } from "../operations/switchover/choice";
import { commands } from "./commands";
import { exitCode, Failure } from "./failure";

const program = new Command("hapg")
  .description("Operates highly available PostgreSQL clusters")
  .configureHelp({ sortSubcommands: true, showGlobalOptions: true })
  .enablePositionalOptions();
for (const command of commands) program.addCommand(command);
for (const command of [program, ...commands])
  command.exitOverride().showHelpAfterError("Run it with --help to see what it takes.");

/** The exit code of an error, once its message is printed. */
function reported(error: unknown): number {
  if (error instanceof CommanderError) {
    // It has printed what is wrong; help and the version are no failure.
    return error.exitCode === 0 ? exitCode.done : exitCode.wrongUsage;
  }
  // Anything but a plain Error is a mistake of this program, whose place one has to know.
  const isPlain = error instanceof Error && error.constructor !== TypeError;
  const message = isPlain ? error.message : error instanceof Error ? error.stack : String(error);
  if (message !== undefined && message !== "") console.error(message);
  if (error instanceof Failure) return error.code;
  if (error instanceof SettingsError) return exitCode.wrongUsage;
  return error instanceof Refusal ? exitCode.refused : exitCode.failed;
}

program.parseAsync().catch((error: unknown) => {
  process.exitCode = reported(error);
});
