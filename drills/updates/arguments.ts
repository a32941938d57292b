import { parseArgs } from "node:util";

/** The arguments of the update drill. */
export interface UpdateDrillArguments {
  platform: "docker" | "vm";
  /** Number of rounds. */
  rounds: number;
  /** Number of the first round. */
  from: number;
  /** Seed of all random choices. */
  seed: number;
  /** Directory for the report. */
  folder: string;
}

/** How the command is used. */
export const usage = `npm run drill:updates [-- OPTIONS]

  --rounds N             default: 10
  --seed N               repeats the choices of another run; default: a random one, which is printed
  --from ROUND           begins with this round, on the settings that the rounds before it leave;
                         default: 1
  --platform docker|vm   of the cluster that is made; default: docker
  --reports FOLDER       where drill-updates.jsonl goes, one line a round; default: reports`;

/**
 * Parses the command line.
 * @throws {Error} with the problem
 */
export function updateDrillArguments(words: string[]): UpdateDrillArguments | "help" {
  const { values } = parseArgs({
    args: words,
    options: {
      rounds: { type: "string", default: "10" },
      seed: { type: "string" },
      from: { type: "string", default: "1" },
      platform: { type: "string", default: "docker" },
      reports: { type: "string", default: "reports" },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return "help";
  const { platform } = values;
  if (platform !== "docker" && platform !== "vm") {
    throw new Error(`--platform must be docker or vm, got ${platform}`);
  }
  return {
    platform,
    rounds: wholeNumber("--rounds", values.rounds),
    from: wholeNumber("--from", values.from),
    seed: values.seed === undefined ? randomSeed() : wholeNumber("--seed", values.seed),
    folder: values.reports,
  };
}

const randomSeed = () => 1 + Math.floor(Math.random() * 1_000_000);

function wholeNumber(option: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`${option} must be a whole number from 1, got ${value}`);
  }
  return number;
}
