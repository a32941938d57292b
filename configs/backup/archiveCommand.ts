import { paths } from "../cluster/paths";
import type { Settings } from "../settings/schema";

/** The start of the names of a cluster's stanzas; the system identifier follows. */
export const stanzaPrefix = ({ clusterName }: Pick<Settings, "clusterName">): string =>
  `${clusterName}-`;

/** PostgreSQL's parameters for the archive. */
export const archiveParameters = ({
  backup,
  clusterName,
}: Settings): Record<string, string | number> =>
  backup.enabled
    ? {
        archive_mode: "on",
        archive_command: `sh ${paths.archive} ${stanzaPrefix({ clusterName })} push "%p"`,
        archive_timeout: `${backup.archiveTimeoutSeconds}s`,
      }
    : {};
