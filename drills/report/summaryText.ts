import type { DrillReport } from "../result";
import { tally } from "./figures";
import { paragraph } from "./paragraph";
import { reasons } from "./reasons";
import { failedRuns } from "./repeats";
import { fate } from "./resultText";
import { distributionTable } from "./table";
import { platformNames, plural, runName } from "./words";

/** The summary of all drills for the terminal. */
export function summaryText(report: DrillReport): string {
  const { cluster, platform, machine, timings, results, skipped } = report;
  const total = tally(results);
  const settings = Object.entries(timings).map(([name, value]) => `${name} ${String(value)}`);
  return [
    ...paragraph("drills   ", `${cluster} on ${platformNames[platform]}, ${machine}`),
    ...paragraph("timings  ", settings.join(", ")),
    "",
    ...(results.length === 0 ? [] : [distributionTable(results), ""]),
    ...skipped.flatMap(({ id, title, why }) => paragraph(`not run  ${id}  `, `${title}: ${why}`)),
    ...failedRuns(results).flatMap((result) =>
      paragraph(`FAILED   ${result.id}  `, [runName(result), ...reasons(result)].join("; ")),
    ),
    ...paragraph("passed   ", `${total.passed} of ${plural(total.runs, "run")}`),
    ...paragraph("writes   ", fate(total)),
  ].join("\n");
}
