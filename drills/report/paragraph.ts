/** Width of the reports in the terminal, in columns. */
const columns = 120;

/**
 * A text after a lead, wrapped for the terminal with a hanging indent. It may contain a program's
 * output: line breaks and control characters become spaces.
 */
export function paragraph(lead: string, text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/[\s\p{Cc}]+/u)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && lead.length + longer.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((part, i) =>
    `${i === 0 ? lead : " ".repeat(lead.length)}${part}`.trimEnd(),
  );
}
