/** Format of a {@link textTable}. */
export interface TextTableStyle {
  /** Columns, from 0, that are right-aligned, as figures are. @default none */
  right?: number[];
  /** Spaces between two columns. @default 2 */
  gap?: number;
}

/** Formats rows as aligned columns, one line each. The header is the first row. */
export function textTable(
  rows: string[][],
  { right = [], gap = 2 }: TextTableStyle = {},
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  }
  return rows.map((row) =>
    row
      .map((cell, i) =>
        right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join(" ".repeat(gap))
      .trimEnd(),
  );
}
