/** The facts of a service, part by part: each can fail separately. */
export type Part<T> = { value: T; problem?: undefined } | { value?: undefined; problem: string };

/**
 * The output of a program of `programs/facts/`: lines of name, exit status and output in base64.
 */
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

/** Whether a program of `programs/facts/` has printed any part. */
export const hasParts = (output: string): boolean => /^\w+\t\d+\t/m.test(output);

/** Parses a part further; a failure to parse becomes its problem. */
export function read<From, To>(
  part: Part<From> | undefined,
  reader: (value: From) => To,
): Part<To> {
  if (part === undefined) return { problem: "no answer" };
  if (part.problem !== undefined) return part;
  try {
    return { value: reader(part.value) };
  } catch (error) {
    return { problem: `cannot be read: ${(error as Error).message}` };
  }
}
