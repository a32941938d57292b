/** What an npm script was called with. */
export interface Arguments {
  stack: string;
  flags: Set<string>;
  /** Everything else, for Pulumi. */
  rest: string[];
}

/** A stack's name: to guess one could remove the wrong stack. */
function named(name: string | undefined): string {
  if (name === undefined || name === "" || name.startsWith("-")) {
    throw new Error("--stack needs the name of a stack");
  }
  return name;
}

/**
 * Splits a script's arguments.
 * @param known flags of the script itself, such as `--data`
 * @throws {Error} if `--stack` is given without a name
 */
export function parseArguments(words: string[], known: string[]): Arguments {
  const result: Arguments = { stack: "dev", flags: new Set(), rest: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--stack" || word === "-s") result.stack = named(words[++i]);
    else if (word.startsWith("--stack=")) result.stack = named(word.slice("--stack=".length));
    else if (known.includes(word)) result.flags.add(word);
    else result.rest.push(word);
  }
  return result;
}
