import { createHash } from "node:crypto";

/**
 * A file that contains a digest of its own content and that of other files. A program that has read
 * it shows the digest, which proves a reload; an answering process alone would not.
 * @param render returns the file for a digest of 16 hexadecimal digits
 * @param others contents that the program reads again at the same time
 */
export function withGeneration(
  render: (generation: string) => string,
  others: string[] = [],
): string {
  const all = [render(""), ...others].map((text) => `${text.length} ${text}`);
  return render(createHash("sha256").update(all.join("")).digest("hex").slice(0, 16));
}
