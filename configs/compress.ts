import { gzipSync, strToU8 } from "fflate";

/**
 * A text as base64 of its gzip form. The result is the same on every machine. Node's own zlib does
 * not guarantee that, and a difference would show as a change of every file.
 */
export const compress = (text: string): string =>
  Buffer.from(gzipSync(strToU8(text), { mtime: 0 })).toString("base64");
