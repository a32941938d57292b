import type { DrillResult } from "../result";

/** All runs of one scenario in one mode. */
export interface Repeats {
  id: string;
  title: string;
  mode: DrillResult["mode"];
  /** At least one, by the number of the run. */
  runs: DrillResult[];
}

/** A scenario with the modes that it ran in. */
export interface Scenario {
  id: string;
  title: string;
  modes: Repeats[];
}

/** The runs by scenario and mode, in the order of the requirements: H2 before H10. */
export const repeatsOf = (results: DrillResult[]): Repeats[] =>
  grouped(results, ({ id, title, mode }) => [id, title, mode])
    .map(([{ id, title, mode }, runs]) => ({
      id,
      title,
      mode,
      runs: runs.sort((a, b) => a.run - b.run),
    }))
    .sort((a, b) => inOrder(a.id, b.id) || inOrder(a.title, b.title) || inOrder(a.mode, b.mode));

/** The same by scenario, in the same order. */
export const scenariosOf = (results: DrillResult[]): Scenario[] =>
  grouped(repeatsOf(results), ({ id, title }) => [id, title]).map(([{ id, title }, modes]) => ({
    id,
    title,
    modes,
  }));

/** The runs that failed, in the same order. */
export const failedRuns = (results: DrillResult[]): DrillResult[] =>
  repeatsOf(results).flatMap(({ runs }) => runs.filter(({ passed }) => !passed));

/** Sorts texts with numbers in natural order. */
export const inOrder = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

/** Groups items by key, in the order of the first item of each key. */
function grouped<Item>(items: Item[], key: (item: Item) => string[]): [Item, Item[]][] {
  const groups = new Map<string, [Item, Item[]]>();
  for (const item of items) {
    const name = JSON.stringify(key(item));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item, [item]]);
    else group[1].push(item);
  }
  return [...groups.values()];
}
