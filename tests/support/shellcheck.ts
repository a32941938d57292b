import { tryOut, tryOutFolder } from "./containers";
import { shellcheckImage } from "./images";

/** A text for a shell. */
export interface ShellText {
  /** Where it comes from, for complaints. */
  name: string;
  text: string;
}

/** Complaints that do not apply to any of the project's scripts. */
const never = [
  // What a script sources is on the machine that it runs on.
  "SC1091",
  // Programs in awk and sed, and commands of another shell, are in single quotes.
  "SC2016",
];

/**
 * What ShellCheck finds in texts that run in Debian's `sh`, one line each.
 * @param except rules that do not apply to these
 */
export function complaintsOf(texts: ShellText[], except: string[] = []): string[] {
  const files = texts.map(({ name, text }, i) => ({
    path: `${tryOutFolder}/${String(i)}`,
    content: text,
    mode: 0o600,
    name,
  }));
  const excluded = ["--exclude", [...never, ...except].join(",")];
  const command = ["shellcheck", "--norc", "--shell", "dash", "--format", "gcc", ...excluded];
  const { status, output } = tryOut(shellcheckImage(), files, [
    ...command,
    ...files.map(({ path }) => path),
  ]);
  const complaints = output.split("\n").filter((line) => line !== "");
  // It ends with 1 if it has found something, and with more if it could not look.
  if (status !== (complaints.length === 0 ? 0 : 1)) throw new Error(output);
  return complaints.map((line) =>
    line.replace(/^\S+?\/(\d+):/, (_, i: string) => `${files[Number(i)]?.name ?? i}:`),
  );
}
