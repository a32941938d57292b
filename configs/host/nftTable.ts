/**
 * A file for nftables that replaces a table atomically, whether it exists or not.
 * @param lines of its content
 */
export const nftTable = (name: string, lines: string[]): string =>
  [
    // Declared first, so that the deletion never fails.
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
