/** A distribution as the reports print it. */
export interface Spread {
  min: number;
  median: number;
  max: number;
  count: number;
}

/** The spread of a list that is not empty. */
export function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
    count: sorted.length,
  };
}

/** `1.2 / 1.3 / 1.9 (n = 5)`: minimum, median, maximum. */
export const spreadText = ({ min, median, max, count }: Spread, digits = 1) =>
  `${[min, median, max].map((value) => value.toFixed(digits)).join(" / ")} (n = ${count})`;

/**
 * The nearest-rank percentile of a list that is not empty: the smallest of its values that
 * `percent` of all values do not exceed. Always one of the values, so of fewer than twenty the 95th
 * is the largest.
 * @param percent above 0, up to 100
 */
export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? NaN;
}
