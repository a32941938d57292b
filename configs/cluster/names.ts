/** The names of services of a kind, by number: `patroni1`, `patroni2`, …. */
export const serviceNames = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${kind}${i + 1}`);
