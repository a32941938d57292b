import type * as pulumi from "@pulumi/pulumi";

/**
 * Runs a command again because of what a look at the running cluster has found. The finding is the trigger, so
 * that a preview shows it; without one, the trigger of the last run stays.
 * @param difference what was found, in words; undefined if all is as it was left
 */
export function rerunOn(difference: string | undefined): {
  triggers: string[];
  options: Pick<pulumi.CustomResourceOptions, "ignoreChanges">;
} {
  return {
    // The same may be found again after it was put right.
    triggers: [`${new Date().toISOString()}: ${difference ?? "as it was left"}`],
    options: { ignoreChanges: difference === undefined ? ["triggers"] : [] },
  };
}

/** Runs a command in this update or not at all: otherwise what an earlier one ran stays as it is. */
export function onlyIf(isWanted: boolean): {
  triggers: string[];
  options: Pick<pulumi.CustomResourceOptions, "ignoreChanges">;
} {
  return {
    triggers: [new Date().toISOString()],
    options: { ignoreChanges: isWanted ? [] : ["create", "update", "stdin", "triggers"] },
  };
}
