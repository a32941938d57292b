/** A word quoted for a POSIX shell, whatever it holds. */
export const shellWord = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A command line whose words reach the program as they are. */
export const shellCommand = (words: string[]) => words.map(shellWord).join(" ");

/** A command whose standard input is a text, whatever that holds. The command decodes base64 itself. */
export function withHereDocument(command: string, text: string): string[] {
  // Base64 has no character that could end the here-document.
  const lines =
    Buffer.from(text)
      .toString("base64")
      .match(/.{1,76}/g) ?? [];
  return [`${command} <<'END'`, ...lines, "END"];
}

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
    '  base64 -d > "$1.new"',
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
