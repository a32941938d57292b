import { shellWord } from "./shell";

/** Shell commands that reach one service. */
export interface Place {
  /** Succeeds if the service runs, well or not. */
  runs: string;
  /** Succeeds if this is the service to run in; ends with 3 and says why if it will not be without help. */
  isIt: string;
  run: string;
}

/**
 * A shell script that runs a command at the first place that is the one, and asks all of them again until one is.
 * @param nobody what to say if none is in the end
 * @param onlyIfRunning pass it over if no service runs
 * @param patienceSeconds how long to ask
 */
export function whereScript(
  places: Place[],
  {
    nobody,
    onlyIfRunning,
    patienceSeconds,
  }: { nobody: string; onlyIfRunning: boolean; patienceSeconds: number },
): string {
  const none = places.map(({ runs }) => `! ${runs} </dev/null >/dev/null 2>&1`).join(" && ");
  return [
    `end=$(($(date +%s) + ${patienceSeconds}))`,
    "while :; do",
    "  stopped= asked=0",
    ...places.flatMap(({ isIt, run }) => [
      `  code=0; said=$(${isIt} </dev/null 2>/dev/null) || code=$?`,
      "  case $code in",
      "  0)",
      `    ${run}`,
      "    exit ;;",
      "  3) stopped=$said ;;",
      "  *) asked=1 ;;",
      "  esac",
    ]),
    '  if [ $asked = 0 ]; then echo "$stopped" >&2; exit 1; fi',
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
