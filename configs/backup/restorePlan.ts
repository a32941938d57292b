import { paths } from "../cluster/paths";
import type { Settings } from "../settings/schema";
import { stanzaPrefix } from "./archiveCommand";
import { momentOf } from "./moment";

/** Name of the file in the data directory that records the last restore. */
export const restoreRecord = "hapg-restore.json";

/** Name of Patroni's bootstrap method. */
export const restoreMethod = "hapg_restore";

/** The input of `restore_member.py` from the stack file: restore.json. Undefined without a restore. */
export function renderRestorePlan({
  clusterName,
  postgres,
  restore,
}: Pick<Settings, "clusterName" | "postgres" | "restore">): string | undefined {
  if (restore === undefined) return undefined;
  const { cluster = clusterName, time, ...others } = restore;
  const plan = {
    ...others,
    ...(time === undefined ? {} : momentOf(time)),
    stanzaPrefix: stanzaPrefix({ clusterName: cluster }),
    data: paths.pgData(postgres.version),
    record: restoreRecord,
  };
  return `${JSON.stringify(plan, null, 2)}\n`;
}
