import { slowest } from "../figures";
import type { Repeats } from "../repeats";
import { plural } from "../words";
import { anchor } from "./anchors";
import { type Markup, markup } from "./markup";
import { run } from "./run";

/** The runs of a scenario: first the failed ones and the slowest, unfolded, then the others. */
export function scenario(repeats: Repeats): Markup {
  const { id, title, mode, runs } = repeats;
  const worst = slowest(runs);
  const failed = runs.filter(({ passed }) => !passed);
  const shown = [...failed, ...runs.filter((one) => one === worst && one.passed)];
  const folded = runs.filter((one) => !shown.includes(one));
  const note = (isWorst: boolean) =>
    isWorst && runs.length > 1 ? { note: `slowest of ${plural(runs.length, "run")}` } : {};
  return markup`<section class="scenario" id="${anchor(repeats)}">
    <h3>${id} ${title} <span class="mode">${mode}</span></h3>
    ${shown.map((one) => run(one, { open: true, ...note(one === worst) }))}
    ${folded.map((one) => run(one, { open: false }))}
  </section>`;
}
