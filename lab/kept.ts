import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Where a test keeps the access to its cluster for another run (`npm test -- --only PART --reuse`);
 * undefined in a run that removes everything.
 */
export const keptFolder = (cluster: string): string | undefined =>
  process.env.HAPG_TEST_REUSE === undefined ? undefined : join(tmpdir(), `hapg-kept-${cluster}`);
