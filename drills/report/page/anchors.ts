import type { DrillResult } from "../../result";

/** Anchor of a scenario in the page, by the common properties of its repeats. */
export const anchor = ({ id, title, mode }: Pick<DrillResult, "id" | "title" | "mode">) =>
  `${id} ${title} ${mode}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** Anchor of a run in the page. */
export const runAnchor = (result: DrillResult) => `${anchor(result)}-run-${result.run}`;
