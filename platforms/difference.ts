import type * as pulumi from "@pulumi/pulumi";

/**
 * A text that no former run has used. An update plan (`--save-plan`, `--plan`) needs the same text
 * in both runs: `HAPG_RUN` sets it.
 */
export const freshText = (): string => process.env.HAPG_RUN ?? new Date().toISOString();

/**
 * Runs a command again because the survey of the running cluster found a difference. The finding is
 * the trigger, so a preview shows it. Without a finding the trigger of the last run stays.
 * @param difference what was found, in words; undefined if nothing differs
 */
export function rerunOn(difference: string | undefined): {
  triggers: string[];
  options: Pick<pulumi.CustomResourceOptions, "ignoreChanges">;
} {
  return {
    // The same difference may return after it was corrected.
    triggers: [`${freshText()}: ${difference ?? "as it was left"}`],
    options: { ignoreChanges: difference === undefined ? ["triggers"] : [] },
  };
}

/**
 * Runs a command in this update or not at all. In the second case the resource keeps what an
 * earlier update ran.
 */
export function onlyIf(isWanted: boolean): {
  triggers: string[];
  options: Pick<pulumi.CustomResourceOptions, "ignoreChanges">;
} {
  return {
    triggers: [freshText()],
    options: { ignoreChanges: isWanted ? [] : ["create", "update", "stdin", "triggers"] },
  };
}
