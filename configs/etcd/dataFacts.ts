import { programText } from "../../programs/load";
import { paths } from "../cluster/paths";

// Without comments: it is one word of a shell script, in single quotes.
const program = programText("etcd-wal.awk").replace(/^ *#.*\n/gm, "");

/**
 * Shell functions that read a data directory, whether etcd runs or not. They need `od` and `awk`.
 *
 * - `has_data`: succeeds if there is a write-ahead log. Without one etcd treats a directory as new.
 * - `wal_facts [head]`: cluster ID, member ID, term and index of the last entry from the newest
 *   segment, separated by spaces, `-` for unreadable values; with `head` only the IDs, which is
 *   faster.
 *
 * Both look below `$data`, the directory `member`.
 */
export const etcdDataFunctions = `has_data() { ls "$data"/wal/*.wal >/dev/null 2>&1; }
wal_facts() {
  od -An -v -tu1 -w8 "$(ls "$data"/wal/*.wal | tail -n 1)" 2>/dev/null |
    awk -v head="\${1:+1}" '${program}'
}
`;

/**
 * Prints one line of facts about a member's data, separated by tabs:
 *
 * 1. `yes`, `no`, or `incomplete`: files, but no write-ahead log. etcd was stopped before it had
 * created one, or it was removed. Such a directory cannot be started; a member that joins or founds
 * a cluster sets it aside.
 * 2. the cluster's ID and 3. the member's ID, in hexadecimal as etcd prints them
 * 4. term and 5. index of the last entry in its log, as decimal numbers: of two members of one
 * cluster the one with the higher term has the newer data, with the same term the one with the
 * higher index
 *
 * Unknown values are `-`. Its argument is the data directory, by default etcd's own. It reads at
 * most one segment of 64 MB: nine seconds for a full one on two busy cores, far less for most. For
 * a shell with `od` and `awk`, as root or as etcd's user.
 */
export const etcdDataFacts = `set -eu
data=\${1:-${paths.etcdData}}/member
${etcdDataFunctions}
facts="- - - -"
if has_data; then
  state=yes
  facts=$(wal_facts)
  # A segment that has just begun: its name has the index of the entry that comes next.
  next=$(ls "$data"/wal/*.wal | tail -n 1 | sed 's/.*-//; s/\\.wal$//')
  case $facts in *" -") [ $((0x$next)) = 0 ] || facts="\${facts% -} $((0x$next - 1))" ;; esac
elif [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
  state=incomplete
else
  state=no
fi
printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "$state" $facts
`;
