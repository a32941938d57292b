import { firstBlamed } from "./platform";
import { shellWord } from "./shell";

/** Shell commands that reach one service. */
export interface Place {
  /** Succeeds if the service runs, well or not. */
  runs: string;
  /** Succeeds if this is the service to run in; ends with 3 and says why if it will not be without help. */
  isIt: string;
  run: string;
  /** Prints the last lines of the service's log. */
  log: string;
  /** Its place among the services that the command is for; some of them may be out of reach. */
  index: number;
}

/**
 * Finds in a log what PostgreSQL wrote when it did not start. Lines of a session name its user
 * after the process, by `log_line_prefix`; what a standby writes about the primary is no reason.
 */
export const serverErrors = [
  String.raw`grep -E '\[[0-9]+\] +(FATAL|PANIC|ERROR|HINT|DETAIL|LOG: .*(invalid value|unrecognized))'`,
  "grep -Ev 'walreceiver|primary server|end-of-streaming|WAL'",
  String.raw`sed -E 's/^.*\[[0-9]+\] +/  | /'`,
  // The server is started again and again; the reason is the same.
  "awk '!seen[$0]++'",
  "tail -n 8",
].join(" | ");

/** How {@link whereScript} asks, and what it says. */
export interface WhereOptions {
  /** What to say if none is the one in the end. */
  nobody: string;
  /** Whether the command is passed over if no service runs. */
  onlyIfRunning: boolean;
  /** How long to ask. */
  patienceSeconds: number;
  /** Whether the command's exit status may name the place whose log has the reason for its failure. */
  blames: boolean;
}

/** How long all of those that run have to say why they will not be the one, in seconds. */
const certainSeconds = 30;

/**
 * A shell script that runs a command at the first place that is the one, and asks all of them again
 * until one is.
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
    // What they say at first may be of a former update.
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
