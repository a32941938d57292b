import { compress } from "../configs/compress";
import { holdsUnknown } from "../configs/settings/unknown";

/** Quotes any word for a POSIX shell. */
export const shellWord = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A command line whose words reach the program unchanged. */
export const shellCommand = (words: string[]) => words.map(shellWord).join(" ");

/**
 * A command that gets any text and a full stop on standard input: a shell's here-document always
 * ends its last line. The command removes both again with `head -c -2`.
 */
export function withHereDocument(command: string, text: string): string[] {
  const lines = `${text}.`.split("\n");
  let end = "END";
  while (lines.includes(end)) end += "_";
  return [`${command} <<'${end}'`, ...lines, end];
}

/**
 * A script for `sh -s` that unpacks another one and executes it. Pulumi's state holds each
 * service's script twice and is written at every step: three members take 4 MB unpacked, and a
 * third of that packed. An incomplete script from an interrupted transfer is rejected before it
 * runs.
 */
export function packedScript(script: string): string {
  // A preview must see which script it does not know.
  if (holdsUnknown(script)) return script;
  return [
    "{",
    "set -e",
    "packed=$(cat <<'END'",
    // Some programs cannot handle longer lines.
    ...(compress(script).match(/.{1,1000}/g) ?? []),
    "END",
    ")",
    'script=$(printf %s "$packed" | base64 -d | gzip -d)',
    'eval "$script"',
    "}",
    "",
  ].join("\n");
}

/** A file for a volume. */
export interface InstalledFile {
  path: string;
  content: string;
  mode: number;
}

/**
 * Shell commands that remove all other files of a directory, which an earlier version of the
 * program wrote.
 */
function removeOthers(directory: string, files: InstalledFile[]): string[] {
  const kept = files.map(({ path }) => `! -path ${shellWord(path)}`).join(" ");
  return [`find ${shellWord(directory)} -type f ${kept} -exec rm -f {} +`];
}

/**
 * A shell script that writes files, each atomically and with the owner of its directory. The
 * contents are in the script, which is piped to a shell, so no content is ever a command argument.
 * @param directory that may hold only these files; left out: other files stay
 */
export function installScript(files: InstalledFile[], directory?: string): string {
  return [
    // A single compound command, so that the shell reads all of it before it writes anything.
    "{",
    "set -eu",
    "umask 077",
    "install_file() {",
    '  folder=$(dirname "$1")',
    '  if [ ! -d "$folder" ]; then',
    '    mkdir "$folder"',
    '    [ "$(id -u)" != 0 ] || chown --reference="$(dirname "$folder")" "$folder"',
    "  fi",
    '  head -c -2 > "$1.new"',
    // Only root can change a file's owner, and other users need not.
    '  [ "$(id -u)" != 0 ] || chown --reference="$folder" "$1.new"',
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
