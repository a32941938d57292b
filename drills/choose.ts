import { scenarios } from "./scenarios/all";
import type { Scenario } from "./scenario";

/** The row of the requirements that a scenario belongs to: `H12` of `H12-paused`. */
const rowOf = ({ id }: Scenario) => id.split("-")[0];

/**
 * The requested scenarios, in the order of the requirements.
 * @param only ids or rows; empty: all
 * @throws {Error} with those that do not exist
 */
export function chosen(only: string[]): Scenario[] {
  const unknown = only.filter(
    (word) => !scenarios.some((scenario) => scenario.id === word || rowOf(scenario) === word),
  );
  if (unknown.length > 0) {
    throw new Error(
      `--only: there is no scenario ${unknown.join(", ")}; --list shows those there are`,
    );
  }
  return scenarios.filter(
    (scenario) =>
      only.length === 0 || only.includes(scenario.id) || only.includes(rowOf(scenario) ?? ""),
  );
}
