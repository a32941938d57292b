import { memberProblems } from "./memberProblems";
import type { Provocation } from "./provocation";
import { routeProblems } from "./routeProblems";
import { storageProblems } from "./storageProblems";

/** The problems, those that end soonest first. */
export const provocations: Provocation[] = [
  ...memberProblems,
  ...routeProblems,
  ...storageProblems,
];
