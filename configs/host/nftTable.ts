/**
 * A table of nftables as a file that replaces it, whole or not at all, whether or not there is one.
 * @param lines of what is in it
 */
export const nftTable = (name: string, lines: string[]): string =>
  [
    // Declared first, so that there is one to delete.
    `table inet ${name}`,
    `delete table inet ${name}`,
    `table inet ${name} {`,
    ...lines,
    "}",
    "",
  ].join("\n");

/** A shell command that removes such a table, if there is one. */
export const removeNftTable = (name: string): string =>
  `nft delete table inet ${name} 2>/dev/null || true`;
