import { gunzipSync } from "node:zlib";

/**
 * What a here-document that `withHereDocument` made holds, in a regular expression with the flags
 * `gm`.
 */
export const hereDocument = / <<'(?<end>END_*)'\n(?<text>[^]*?)\.\n\k<end>$/gm;

/** A script as it is, or the one inside of what `packedScript` made. */
export function unpacked(script: string): string {
  const base64 = /^packed=\$\(cat <<'END'\n([A-Za-z0-9+/=\n]+)END\n/m.exec(script)?.[1];
  return base64 === undefined ? script : gunzipSync(Buffer.from(base64, "base64")).toString();
}
