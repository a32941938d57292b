import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** As ESLint and Prettier keep what they have found good. */
const folder = "node_modules/.cache/hapg-check/good";

/** What a tool was given, if it takes long and its answer depends on nothing else. */
export class KnownGood {
  private readonly file: string;
  private readonly digest: string;

  /** @param name of the check, the same from run to run @param given all that the tool is given */
  constructor(name: string, ...given: string[]) {
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    this.file = join(folder, hash(name).slice(0, 16));
    this.digest = hash(JSON.stringify(given));
  }

  /** Whether the tool found the same good the last time. */
  isKnown(): boolean {
    try {
      return readFileSync(this.file, "utf8") === this.digest;
    } catch {
      return false;
    }
  }

  note(): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(this.file, this.digest);
  }
}
