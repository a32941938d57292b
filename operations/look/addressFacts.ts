import { type Part, parseParts, read } from "./facts";

/** Facts from a Keepalived's host. */
export interface AddressFacts {
  now: Part<number>;
  /** Whether the host holds the virtual address. */
  holds: Part<boolean>;
  /** Whether Keepalived runs; the problem has the reason if not. */
  process: Part<true>;
}

/** Reads the output of `programs/facts/keepalived.sh`. */
export function parseAddressFacts(output: string, virtualAddress: string): AddressFacts {
  const parts = parseParts(output);
  return {
    now: read(parts.now, Number),
    holds: read(parts.addresses, (text) => text.includes(` ${virtualAddress}/`)),
    process: read(parts.process, () => true as const),
  };
}
