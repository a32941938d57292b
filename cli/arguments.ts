/** What an npm script was called with. */
export interface Arguments {
  stack: string;
  flags: Set<string>;
  /** Values of options, by name. */
  options: Map<string, string>;
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

/** The value of an option. */
function given(option: string, value: string | undefined): string {
  if (value === undefined || value === "" || value.startsWith("-")) {
    throw new Error(`${option} needs a value`);
  }
  return value;
}

/**
 * Splits a script's arguments.
 * @param known flags of the script itself, such as `--data`
 * @param valued options of the script itself that have a value, such as `--to`; none by default
 * @throws {Error} if `--stack` is given without a name, or an option without its value
 */
export function parseArguments(words: string[], known: string[], valued: string[] = []): Arguments {
  const result: Arguments = { stack: "dev", flags: new Set(), options: new Map(), rest: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const [option = "", value] = word.split(/=(.*)/s);
    if (word === "--stack" || word === "-s") result.stack = named(words[++i]);
    else if (word.startsWith("--stack=")) result.stack = named(word.slice("--stack=".length));
    else if (valued.includes(option)) {
      result.options.set(option, given(option, value ?? words[++i]));
    } else if (known.includes(word)) result.flags.add(word);
    else result.rest.push(word);
  }
  return result;
}
