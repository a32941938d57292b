import type { DrillResult } from "../../result";

/** Name of the place of a scenario in the page, by what it has in common over its repeats. */
export const anchor = ({ id, title, mode }: Pick<DrillResult, "id" | "title" | "mode">) =>
  `${id} ${title} ${mode}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** Name of the place of a run in the page. */
export const runAnchor = (result: DrillResult) => `${anchor(result)}-run-${result.run}`;
