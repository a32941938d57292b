/** Columns of the terminal that reports are made for. */
const columns = 120;

/**
 * A text after a lead, as lines that fit the terminal, the others below the text of the first. What a program has
 * said may be in it: line breaks and control characters are spaces here.
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
