import { untilStreaming } from "../lab/cluster/streaming";
import type { E2eStack } from "../lab/e2eStack";
import { writingDuring } from "../lab/writer";
import type { Figure } from "../measure/report";
import { spread } from "../measure/statistics";

/** What an update costs, in seconds. */
export interface UpdateCost {
  up: number;
  /** Longest time between two acknowledged writes meanwhile. */
  gap: number;
}

/**
 * Brings a changed stack file into a cluster while a writer writes through it with the connection
 * string of before.
 * @param members that the cluster has afterwards: all of them stream at the end
 */
export async function updateUnderLoad(stack: E2eStack, members: number): Promise<UpdateCost> {
  const outputs = await stack.outputs();
  const url = outputs.connectionStrings.app?.write ?? "";
  const { result, report } = await writingDuring(url, "updates", () => stack.up());
  await untilStreaming(outputs, members, 120);
  return { up: result.seconds, gap: report.longestGapMilliseconds / 1000 };
}

/** The costs of one kind of update, over its repeats. */
export const costFigures = (what: string, costs: UpdateCost[]): Figure[] => [
  { what, unit: "s", values: spread(costs.map(({ up }) => up)) },
  {
    what: `${what}, longest write gap`,
    unit: "s",
    values: spread(costs.map(({ gap }) => gap)),
    digits: 2,
  },
];
