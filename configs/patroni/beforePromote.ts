import { paths } from "../cluster/paths";
import { restApiUser } from "./patroniYml";
import { ports } from "../cluster/ports";

/** The inputs of {@link renderBeforePromote}. */
export interface BeforePromoteModel {
  /** PostgreSQL's major version. */
  version: number;
  /** The member on which it runs. */
  member: string;
  /** Password of Patroni's REST API. */
  restApi: string;
}

/**
 * The script that Patroni runs before it promotes PostgreSQL. A promoted PostgreSQL takes the first
 * timeline number without a known history. A standby that did not follow the last leader would take
 * the same number again, and followers of that leader could not distinguish the two and would never
 * follow again.
 *
 * So each member records the timeline in Patroni's dynamic configuration before it takes it. If
 * another member has taken one that this member has not seen, an empty history file marks it as
 * used here.
 *
 * A standby that returns after several leader changes requests the history of each timeline since
 * its own, and cannot follow a leader that lacks one (walreceiver.c,
 * WalRcvFetchTimeLineHistoryFiles). A member that was copied from a leader has only the newest. Its
 * content names all earlier ones, so the missing files are written from it.
 */
export const renderBeforePromote = ({ version, member, restApi }: BeforePromoteModel): string =>
  [
    "#!/bin/sh",
    "# It ends in good order in any case: to lead is more important.",
    `cd ${paths.pgData(version)}/pg_wal || exit 0`,
    "",
    "# note TIMELINE: the answer is the dynamic configuration as it is then.",
    "note() {",
    `  curl -sf -m 2 -K - -d "{\\"hapg\\": {\\"timelines\\": {\\"${member}\\": $1}}}" <<'END'`,
    `url = "https://localhost:${ports.patroni}/config"`,
    `cacert = "${paths.caOf(paths.patroniConfig)}"`,
    `user = ${quoted(`${restApiUser}:${restApi}`)}`,
    'request = "PATCH"',
    "END",
    "}",
    "",
    "# write_history TIMELINE < CONTENT",
    "write_history() {",
    '  name=$(printf %08X.history "$1")',
    '  cat >"$name.tmp"',
    '  mv "$name.tmp" "$name"',
    "}",
    "",
    'nobody="# Taken by a leader that this member has not followed."',
    "newest=$(ls | sed -En 's/^([0-9A-F]{8})\\.history$/\\1/p' | sort | tail -n 1)",
    "timeline=$((0x${newest:-1} + 1))",
    "",
    "whole=$(grep -lE '^[0-9]+[[:space:]]' *.history 2>/dev/null | sort | tail -n 1)",
    "before=2",
    'while [ -n "$whole" ] && [ $before -lt $((timeline - 1)) ]; do',
    '  [ -e "$(printf %08X.history $before)" ] || awk -v own=$before -v nobody="$nobody" \'',
    '    $1 < own { text = text $0 "\\n" }',
    "    $1 == own { known = 1 }",
    '    END { if (known) printf "%s", text; else print nobody }\' "$whole" | write_history $before',
    "  before=$((before + 1))",
    "done",
    "",
    "if ! config=$(note $timeline); then",
    '  echo "Timeline $timeline could not be noted." >&2',
    "  exit 0",
    "fi",
    `taken=$(echo "$config" | grep -Eo '"timelines": *\\{[^}]*' | grep -Eo '"[^"]+": *[0-9]+' |`,
    `  grep -v '^"${member}"' | grep -Eo '[0-9]+$' | sort -n | tail -n 1)`,
    '[ "${taken:-0}" -ge "$timeline" ] || exit 0',
    'while [ "$timeline" -le "$taken" ]; do',
    '  echo "$nobody" | write_history "$timeline"',
    "  timeline=$((timeline + 1))",
    "done",
    "note $timeline >/dev/null",
    "exit 0",
    "",
  ].join("\n");

/** A value in a configuration file of curl. */
const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
