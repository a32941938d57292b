import { textTable } from "../../cli/textTable";
import type { DrillResult } from "../result";
import { type Distribution, outages, tally } from "./figures";
import { scenariosOf } from "./repeats";
import { seconds, shortModes } from "./words";

/**
 * Outage by client path over the repeats of each scenario and mode, as a table of 120 columns: a
 * line for the scenario, and one for each mode below it.
 */
export function distributionTable(results: DrillResult[]): string {
  const scenarios = scenariosOf(results);
  const all = scenarios.flatMap(({ modes }) => modes);
  const figures = all.map(({ runs }) => outages(runs));
  const measures = [
    measure(
      "writes, HAProxy",
      figures.map(({ writes }) => writes.haproxy),
    ),
    measure(
      "writes, PgBouncer",
      figures.map(({ writes }) => writes.pgbouncer),
    ),
    measure(
      "reads",
      figures.map(({ reads }) => reads),
    ),
    measure(
      "healthy again",
      figures.map(({ healthyAfter }) => healthyAfter),
    ),
  ];
  const counts = all.map(({ mode, runs }) => {
    const { passed, lost, splitBrain } = tally(runs);
    return [
      `  ${shortModes[mode]}`,
      `${passed}/${runs.length}`,
      `${lost}`,
      `${splitBrain.toClients}/${splitBrain.directly}`,
    ];
  });
  const [names = "", head = "", ...lines] = textTable(
    [["", "", "", ""], ["", "passed", "lost", "split"], ...counts].map((cells, i) => [
      ...cells,
      ...measures.map((column) => `| ${column[i] ?? ""}`),
    ]),
    { right: [1, 2, 3], gap: 1 },
  );
  return [
    names,
    head,
    ...scenarios.flatMap(({ id, title, modes }) => [
      `${id}  ${title}`,
      ...lines.splice(0, modes.length),
    ]),
    "In seconds. split: writes that a second writable member accepted, by clients/directly.",
  ].join("\n");
}

/** A measure's name, its head and its figures, as lines of a table. */
function measure(name: string, distributions: Distribution[]): string[] {
  const rows = distributions.map(({ min, median, p95, max }) =>
    [min, median, p95, max].map(seconds),
  );
  return [
    name,
    ...textTable([["min", "med", "p95", "max"], ...rows], { right: [0, 1, 2, 3], gap: 1 }),
  ];
}
