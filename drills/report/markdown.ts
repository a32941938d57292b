import type { DrillResult } from "../result";
import { type Distribution, outages, tally } from "./figures";
import { repeatsOf } from "./repeats";
import { count, seconds } from "./words";

/** The same table as {@link distributionTable} in Markdown, for documentation. */
export function distributionMarkdown(results: DrillResult[]): string {
  const rows = repeatsOf(results).map(({ id, title, mode, runs }) => {
    const { writes, reads, healthyAfter } = outages(runs);
    const { passed, lost, splitBrain } = tally(runs);
    return [
      plain(`${id} ${title}, ${mode}`),
      `${passed} of ${runs.length}`,
      ...[writes.haproxy, writes.pgbouncer, reads, healthyAfter].map(spreadOf),
      count(lost),
      `${count(splitBrain.toClients)} / ${count(splitBrain.directly)}`,
    ];
  });
  const head = [
    "drill",
    "passed",
    "write outage, HAProxy",
    "write outage, PgBouncer",
    "read outage",
    "healthy again after",
    "lost",
    "split brain, by clients / directly",
  ];
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** `min / median / p95 / max s`. */
const spreadOf = ({ min, median, p95, max }: Distribution) =>
  `${[min, median, p95, max].map(seconds).join(" / ")} s`;

/** A text without Markdown syntax, on one line. */
const plain = (text: string) =>
  text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|~&]/g, (character) => `\\${character}`);
