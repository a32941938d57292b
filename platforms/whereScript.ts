import { shellWord } from "./shell";

/** Shell commands that reach one service. */
export interface Place {
  /** Succeeds if the service runs, well or not. */
  runs: string;
  /** Succeeds if this is the service to run in. */
  isIt: string;
  run: string;
}

/** How long to ask for, in seconds: longer than a failover takes with the default lease. */
const patienceSeconds = 60;

/**
 * A shell script that runs a command at the first place that is the one, and asks all of them again until one is.
 * @param nobody what to say if none is in the end
 * @param onlyIfRunning pass it over if no service runs
 */
export function whereScript(places: Place[], nobody: string, onlyIfRunning: boolean): string {
  const none = places.map(({ runs }) => `! ${runs} </dev/null >/dev/null 2>&1`).join(" && ");
  return [
    `end=$(($(date +%s) + ${patienceSeconds}))`,
    "while :; do",
    ...places.flatMap(({ isIt, run }) => [
      `  if ${isIt} </dev/null >/dev/null 2>&1; then`,
      `    ${run}`,
      "    exit",
      "  fi",
    ]),
    ...(onlyIfRunning ? [`  if ${none}; then exit 0; fi`] : []),
    '  if [ "$(date +%s)" -ge "$end" ]; then',
    `    echo ${shellWord(nobody)} >&2`,
    "    exit 1",
    "  fi",
    "  sleep 1",
    "done",
    "",
  ].join("\n");
}
