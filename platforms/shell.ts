import { compress } from "../configs/compress";

/** A word quoted for a POSIX shell, whatever it holds. */
export const shellWord = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A command line whose words reach the program as they are. */
export const shellCommand = (words: string[]) => words.map(shellWord).join(" ");

/**
 * A command whose standard input is a text, whatever that holds, and a full stop after it: a shell's here-document always
 * ends its last line. The command takes both off again with `head -c -2`.
 */
export function withHereDocument(command: string, text: string): string[] {
  const lines = `${text}.`.split("\n");
  let end = "END";
  while (lines.includes(end)) end += "_";
  return [`${command} <<'${end}'`, ...lines, end];
}

/**
 * A script for `sh -s` that unpacks another and becomes it. What goes to a service is kept twice in Pulumi's state, which
 * is written at every step: unpacked, the state of three members has 4 MB, packed a third of that. A part of it, as an
 * interrupted transfer leaves it, is refused before any of it runs.
 */
export const packedScript = (script: string): string =>
  [
    "{",
    "set -e",
    "packed=$(cat <<'END'",
    // Some programs have trouble with longer lines.
    ...(compress(script).match(/.{1,1000}/g) ?? []),
    "END",
    ")",
    'script=$(printf %s "$packed" | base64 -d | gzip -d)',
    'eval "$script"',
    "}",
    "",
  ].join("\n");

/** A file to be written into a volume. */
export interface InstalledFile {
  path: string;
  content: string;
  mode: number;
}

/** Shell commands that remove all other files of a directory: those that an earlier version of the program had there. */
function removeOthers(directory: string, files: InstalledFile[]): string[] {
  const kept = files.map(({ path }) => `! -path ${shellWord(path)}`).join(" ");
  return [`find ${shellWord(directory)} -maxdepth 1 -type f ${kept} -exec rm -f {} +`];
}

/**
 * A shell script that writes files, each whole or not at all, owned by whoever owns their directory.
 * The contents are in the script, so that it is piped to a shell and no content is ever an argument.
 * @param directory that is to hold these files and no others; left out: others stay where they are
 */
export function installScript(files: InstalledFile[], directory?: string): string {
  return [
    // One command, so that the shell has read all of it before it writes anything.
    "{",
    "set -eu",
    "umask 077",
    "install_file() {",
    '  head -c -2 > "$1.new"',
    // Only root can give a file away, and nobody else has to.
    '  [ "$(id -u)" != 0 ] || chown --reference="$(dirname "$1")" "$1.new"',
    '  chmod "$2" "$1.new"',
    '  mv -f "$1.new" "$1"',
    "}",
    ...files.flatMap(({ path, content, mode }) =>
      withHereDocument(`install_file ${shellWord(path)} ${mode.toString(8)}`, content),
    ),
    ...(directory === undefined ? [] : removeOthers(directory, files)),
    "}",
    "",
  ].join("\n");
}
