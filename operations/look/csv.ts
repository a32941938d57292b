/** Rows of CSV without quoted line breaks, by the names in its head; a `#` before the head is left out. */
export function parseCsv(text: string): Record<string, string>[] {
  const [head = "", ...lines] = text.trim().split("\n");
  const names = cells(head.replace(/^#\s*/, ""));
  return lines.map((line) => {
    const values = cells(line);
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
  });
}

const cells = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain,
  );
