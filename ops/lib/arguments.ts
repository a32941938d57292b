/** What an npm script was called with. */
export interface Arguments {
  stack: string;
  flags: Set<string>;
  /** Everything else, for Pulumi. */
  rest: string[];
}

/**
 * Splits a script's arguments.
 * @param known flags of the script itself, such as `--data`
 */
export function parseArguments(words: string[], known: string[]): Arguments {
  const result: Arguments = { stack: "dev", flags: new Set(), rest: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--stack" || word === "-s") result.stack = words[++i] ?? result.stack;
    else if (word.startsWith("--stack=")) result.stack = word.slice("--stack=".length);
    else if (known.includes(word)) result.flags.add(word);
    else result.rest.push(word);
  }
  return result;
}
