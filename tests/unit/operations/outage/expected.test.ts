import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { outages } from "../../../../operations/outage/expected";

/** Rows of the tables below each heading of the page. */
function tables(): Map<string, string[]> {
  const rows = new Map<string, string[]>();
  let heading = "";
  for (const line of readFileSync("docs/benchmarks.md", "utf8").split("\n")) {
    if (line.startsWith("## ")) heading = line.slice(3);
    else if (line.startsWith("|")) rows.set(heading, [...(rows.get(heading) ?? []), line]);
  }
  return rows;
}

describe("the table of expected outages", () => {
  for (const [interruption, { write, pool }] of Object.entries(outages)) {
    it(`has figures of the page for: ${interruption}`, () => {
      for (const { source, median, maximum } of [write, ...(pool === undefined ? [] : [pool])]) {
        const [heading = "", what = ""] = source.split(": ");
        const found =
          tables()
            .get(heading)
            ?.filter((row) => row.includes(what)) ?? [];
        const has = (figure: number) => new RegExp(`(?<![\\d.])${figure}0?(?![\\d.])`);
        assert.ok(
          found.some((row) => has(median).test(row) && has(maximum).test(row)),
          `${source}: ${median} and ${maximum} are not in ${found.join("\n")}`,
        );
      }
    });
  }
});
