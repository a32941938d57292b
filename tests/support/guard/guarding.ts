import { readFileSync } from "node:fs";
import { join } from "node:path";
import { guardFiles } from "../../../programs/programs";
import type { Ending } from "../../../platforms/command";
import type { InstalledFile } from "../../../platforms/shell";
import { tryOutBeside, tryOutFolder } from "../containers";
import { imageOf } from "../images";

/** Where the guard is in a container of a test. */
export const guardProgram = `${tryOutFolder}/guard.py`;

/** The same guard, whose reads wait until the time in /tmp/late. */
export const lateGuard = `${tryOutFolder}/late.py`;

const read = (name: string) => readFileSync(join(__dirname, name), "utf8");

/** What the shell scripts of tests are made of. */
export const memberScript = read("member.sh");

/** The guard and its modules in a folder. */
export const guardIn = (folder: string): InstalledFile[] =>
  guardFiles.map(({ name, content }) => ({ path: `${folder}/${name}`, content, mode: 0o700 }));

/** Containers that run at the same time: they wait more than they work. */
const lanes: Promise<unknown>[] = Array.from({ length: 3 }, () => Promise.resolve());

function inTurn(script: string[], command: string[]): Promise<Ending> {
  const files = [
    ...guardIn(tryOutFolder),
    { path: `${tryOutFolder}/member.sh`, content: memberScript, mode: 0o600 },
    { path: lateGuard, content: read("late.py"), mode: 0o600 },
    {
      path: `${tryOutFolder}/script`,
      content: [`. ${tryOutFolder}/member.sh`, ...script].join("\n"),
      mode: 0o700,
    },
  ];
  const ending = Promise.resolve(lanes.shift()).then(() =>
    tryOutBeside(imageOf("patroni"), files, [...command, "sh", `${tryOutFolder}/script`]),
  );
  lanes.push(ending);
  return ending;
}

/** Runs the guard as a container's first process, over a script in Patroni's place. */
export const guarding = (options: string[], ...patroni: string[]): Promise<Ending> =>
  inTurn(patroni, ["python3", guardProgram, "/tmp/watchdog", "/tmp/data", ...options, "--"]);

/** Runs a script in a container that has the guard, which the script starts as a host would. */
export const besideGuard = (...script: string[]): Promise<Ending> => inTurn(script, []);
