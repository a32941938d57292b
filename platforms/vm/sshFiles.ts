import { shellWord } from "../shell";

/** The line that parts the private key from the rest of the standard input. */
const endOfKey = "-- end of key --";

/**
 * A script that runs where the program does and calls the ssh client: it works in a folder of its own that has the
 * client's files `key` and `known_hosts` for as long as it runs. The key comes by standard input.
 */
export const withSshFiles = (script: string, knownHosts: string): string =>
  [
    "set -eu",
    "umask 077",
    "folder=$(mktemp -d)",
    `trap 'cd / && rm -rf "$folder"' EXIT`,
    "trap 'exit 1' HUP INT TERM",
    'cd "$folder"',
    `printf %s ${shellWord(knownHosts)} >known_hosts`,
    `while IFS= read -r line && [ "$line" != '${endOfKey}' ]; do`,
    `  printf '%s\\n' "$line"`,
    "done >key",
    script,
  ].join("\n");

/** What such a script's standard input begins with. */
export const keyInput = (key: string | undefined): string => `${key ?? ""}${endOfKey}\n`;
