import { type Part, parseParts, read } from "./facts";

/** What a Keepalived's host says. */
export interface AddressFacts {
  now: Part<number>;
  /** Whether the host holds the virtual address. */
  holds: Part<boolean>;
  /** Whether Keepalived runs; the problem says why not. */
  process: Part<true>;
}

/** Reads what `programs/facts/keepalived.sh` prints. */
export function parseAddressFacts(output: string, virtualAddress: string): AddressFacts {
  const parts = parseParts(output);
  return {
    now: read(parts.now, Number),
    holds: read(parts.addresses, (text) => text.includes(` ${virtualAddress}/`)),
    process: read(parts.process, () => true as const),
  };
}
