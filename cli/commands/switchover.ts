import { reachOf } from "../../platforms/reach";
import { parseArguments } from "../arguments";
import { PulumiStack } from "../pulumiStack";
import { type Switchover, switchOver } from "../../operations/switchover";

/**
 * `npm run switchover [-- --stack NAME] [--to MEMBER] [--wait SECONDS] [--dry-run]`: another member leads, while clients
 * of the pool wait. Ends with 0 if it does and everybody else streams.
 */
async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const {
    stack: name,
    flags,
    options,
    rest,
  } = parseArguments(words, ["--dry-run"], ["--to", "--wait"]);
  if (rest.length > 0) throw new Error(`${rest.join(" ")}: not known here`);
  const stack = PulumiStack.open(name);
  const settings = stack.settings();
  const { restApiUrl, caCertificate } = stack.outputs();
  const reach = reachOf(settings);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error("Interrupted; the pool's clients go on."));
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    const result = await switchOver({
      settings,
      api: { restApiUrl: String(restApiUrl), caCertificate: String(caCertificate) },
      reach,
      to: options.get("--to"),
      waitSeconds: seconds(options.get("--wait")),
      dryRun: flags.has("--dry-run"),
      say: (line) => console.log(line),
      signal: interrupted.signal,
    });
    console.log(flags.has("--dry-run") ? "Nothing was changed." : summary(result));
  } finally {
    await reach.close();
  }
}

function seconds(text = "3"): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error("--wait needs a number of seconds");
  return number;
}

const summary = ({ to, pausedMilliseconds, readsPausedMilliseconds }: Switchover) =>
  `${to} leads. The pool's clients waited for ${pausedMilliseconds} ms to write, ` +
  `for ${readsPausedMilliseconds} ms to read.`;

void main();
