import { shellWord } from "../shell";

/** The line that separates the private key from the rest of the standard input. */
const endOfKey = "-- end of key --";

/**
 * A script that runs on the machine of the program and calls the ssh client. It works in a
 * temporary directory with the client's files `key` and `known_hosts`. The key comes by standard
 * input.
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

/** The beginning of that script's standard input. */
export const keyInput = (key: string | undefined): string => `${key ?? ""}${endOfKey}\n`;
