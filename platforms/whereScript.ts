import { firstBlamed } from "./platform";
import { shellWord } from "./shell";

/** Shell commands that reach one service. */
export interface Place {
  /** Succeeds if the service runs, healthy or not. */
  runs: string;
  /**
   * Succeeds if the service meets the condition. Exits with 3 and prints the reason if it cannot
   * without help.
   */
  isIt: string;
  run: string;
  /** Prints the last lines of the service's log. */
  log: string;
  /** Its index among the services of the command; unreachable ones are left out. */
  index: number;
}

/**
 * Finds the errors in a log of a PostgreSQL that did not start. Lines of a session name its user
 * after the process, by `log_line_prefix`; errors of a standby about the primary are not the
 * reason.
 */
export const serverErrors = [
  String.raw`grep -E '\[[0-9]+\] +(FATAL|PANIC|ERROR|HINT|DETAIL|LOG: .*(invalid value|unrecognized))'`,
  "grep -Ev 'walreceiver|primary server|end-of-streaming|WAL'",
  String.raw`sed -E 's/^.*\[[0-9]+\] +/  | /'`,
  // The server restarts repeatedly with the same reason.
  "awk '!seen[$0]++'",
  "tail -n 8",
].join(" | ");

/** How {@link whereScript} asks, and its messages. */
export interface WhereOptions {
  /** The error message if no service meets the condition in time. */
  nobody: string;
  /** Whether to skip the command if no service runs. */
  onlyIfRunning: boolean;
  /** How long to ask. */
  patienceSeconds: number;
  /**
   * Whether the command's exit status may give the index of the service whose log has the reason.
   */
  blames: boolean;
}

/** How long all running services must exit with 3 before the script gives up, in seconds. */
const certainSeconds = 30;

/**
 * A shell script that runs a command in the first service that meets the condition, and asks all of
 * them again until one does.
 */
export function whereScript(
  places: Place[],
  { nobody, onlyIfRunning, patienceSeconds, blames }: WhereOptions,
): string {
  const none = places.map(({ runs }) => `! ${runs} </dev/null >/dev/null 2>&1`).join(" && ");
  return [
    ...(blames ? showLog(places) : []),
    "stopped=$(date +%s)",
    `end=$((stopped + ${patienceSeconds}))`,
    "while :; do",
    "  said_why='' others=''",
    ...places.flatMap(({ runs, isIt, run }) => [
      `  code=0; said=$(${isIt} </dev/null 2>/dev/null) || code=$?`,
      "  case $code in",
      "  0)",
      ...(blames
        ? ["    status=0", `    ${run} || status=$?`, "    show_log", "    exit $status ;;"]
        : [`    ${run}`, "    exit ;;"]),
      "  3) said_why=$said ;;",
      `  *) ! ${runs} </dev/null >/dev/null 2>&1 || others=yes ;;`,
      "  esac",
    ]),
    // Their first answers may come from a former update.
    '  if [ -z "$said_why" ] || [ -n "$others" ]; then stopped=$(date +%s); fi',
    `  if [ $(($(date +%s) - stopped)) -ge ${certainSeconds} ]; then echo "$said_why" >&2; exit 1; fi`,
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

const showLog = (places: Place[]): string[] => [
  "show_log() {",
  "  case $status in",
  ...places.map(({ log, index }) => `    ${firstBlamed + index}) ${log} </dev/null 2>&1 ;;`),
  `  esac | ${serverErrors} >&2`,
  "}",
];
