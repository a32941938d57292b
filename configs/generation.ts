import { createHash } from "node:crypto";

/**
 * A file that names its own content and that of others. A program that has read it shows the name: so a reload can be
 * proven instead of inferred from a process that answers.
 * @param render returns the file for a name, which is 16 hexadecimal digits
 * @param others contents that are read again at the same moment
 */
export function withGeneration(
  render: (generation: string) => string,
  others: string[] = [],
): string {
  const all = [render(""), ...others].map((text) => `${text.length} ${text}`);
  return render(createHash("sha256").update(all.join("")).digest("hex").slice(0, 16));
}
