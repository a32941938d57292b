import { paths } from "./paths";
import { restApiUser } from "./patroniYml";
import { ports } from "./topology";

/** What {@link renderBeforePromote} needs to know. */
export interface BeforePromoteModel {
  /** Of PostgreSQL, its major one. */
  version: number;
  /** The member that it runs on. */
  member: string;
  /** Password of Patroni's REST API. */
  restApi: string;
}

/**
 * The script that Patroni runs before it promotes PostgreSQL, which then takes the first number for its timeline that it has seen
 * no history of. A standby that has not followed the last leader would take the same number again, and whoever
 * followed that leader would take the two for one, and never follow again.
 *
 * So each member notes in Patroni's dynamic configuration which timeline it takes, before it does. One that another has
 * taken, and that this member has not seen, is marked as taken here by a history that says nothing.
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
    "newest=$(ls | sed -En 's/^([0-9A-F]{8})\\.history$/\\1/p' | sort | tail -n 1)",
    "timeline=$((0x${newest:-1} + 1))",
    "if ! config=$(note $timeline); then",
    '  echo "Timeline $timeline could not be noted." >&2',
    "  exit 0",
    "fi",
    `taken=$(echo "$config" | grep -Eo '"timelines": *\\{[^}]*' | grep -Eo '"[^"]+": *[0-9]+' |`,
    `  grep -v '^"${member}"' | grep -Eo '[0-9]+$' | sort -n | tail -n 1)`,
    '[ "${taken:-0}" -ge "$timeline" ] || exit 0',
    'while [ "$timeline" -le "$taken" ]; do',
    '  name=$(printf %08X.history "$timeline")',
    '  echo "# Taken by a leader that this member has not followed." >"$name.tmp"',
    '  mv "$name.tmp" "$name"',
    "  timeline=$((timeline + 1))",
    "done",
    "note $timeline >/dev/null",
    "exit 0",
    "",
  ].join("\n");

/** A value in a configuration file of curl. */
const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
