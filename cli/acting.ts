import { onCluster, wholeSeconds } from "./command";

/** A command that changes a running cluster, with the common options of such commands. */
export const acting = (name: string, description: string) =>
  onCluster(name, description)
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show the plan, and change nothing")
    .option("--no-wait", "do not wait until the cluster is healthy")
    .option("--timeout <seconds>", "how long to wait for that", wholeSeconds, 120);
