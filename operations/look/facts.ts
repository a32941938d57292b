/** What a service says of itself, part by part: each may fail by itself. */
export type Part<T> = { value: T; problem?: undefined } | { value?: undefined; problem: string };

/** What a program of `programs/facts/` prints: lines of name, exit status and output in base64. */
export function parseParts(output: string): Record<string, Part<string>> {
  const parts: Record<string, Part<string>> = {};
  for (const line of output.split("\n")) {
    const [name = "", status, encoded = ""] = line.split("\t");
    if (status === undefined) continue;
    const text = Buffer.from(encoded, "base64").toString();
    parts[name] = status === "0" ? { value: text } : { problem: text.trim() || `status ${status}` };
  }
  return parts;
}

/** A part read further; what cannot be read is a problem of its own. */
export function read<From, To>(
  part: Part<From> | undefined,
  reader: (value: From) => To,
): Part<To> {
  if (part === undefined) return { problem: "not said" };
  if (part.problem !== undefined) return part;
  try {
    return { value: reader(part.value) };
  } catch (error) {
    return { problem: `cannot be read: ${(error as Error).message}` };
  }
}
