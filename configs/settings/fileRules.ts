import { paths } from "../cluster/paths";
import { nearest } from "./nearest";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** Names of `postgres.files` in a command, each with whether the command begins with it. */
const filesIn = (command: string) =>
  [...command.matchAll(new RegExp(`${paths.memberFile("")}([A-Za-z0-9._-]+)`, "g"))].map(
    ({ 1: name = "", index }) => ({ name, isProgram: index === 0 }),
  );

/** Commands of members must only use files that members have. */
export function fileRules({ postgres }: Settings): Problem[] {
  const { files, callbacks, recovery, parameters } = postgres;
  const { restoreCommand, archiveCleanupCommand, recoveryEndCommand } = recovery;
  const commands = {
    ...prefixed("postgres.callbacks", callbacks),
    ...prefixed("postgres.recovery", { restoreCommand, archiveCleanupCommand, recoveryEndCommand }),
    ...prefixed("postgres.parameters", { archive_command: parameters.archive_command }),
  };
  return Object.entries(commands).flatMap(([path, command]) =>
    filesIn(command).flatMap(({ name, isProgram }) => {
      const file = files[name];
      if (file === undefined) {
        const near = nearest(name, Object.keys(files));
        const hint = near === undefined ? "" : `; did you mean ${near}?`;
        return [{ path, message: `${name} is not in postgres.files${hint}` }];
      }
      return isProgram && !file.executable
        ? [{ path, message: `${name} cannot run: set postgres.files.${name}.executable: true` }]
        : [];
    }),
  );
}

const prefixed = (
  area: string,
  values: Record<string, string | number | boolean | undefined>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[`${area}.${name}`, String(value).trim()]],
    ),
  );
