import { InvalidArgumentError } from "@commander-js/extra-typings";
import { onCluster } from "./command";

/** A command that changes a running cluster, with the options that all of them have. */
export const acting = (name: string, description: string) =>
  onCluster(name, description)
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show the plan, and change nothing")
    .option("--no-wait", "do not wait until the cluster is healthy")
    .option("--timeout <seconds>", "how long to wait for that", whole, 120);

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number of seconds.");
  return number;
}
