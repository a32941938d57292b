import type { Settings } from "../settings/schema";

/** A host's journald.conf (systemd's journald.conf(5)); undefined without a setting. */
export function renderJournaldConf({
  maximumMegabytes,
  days,
}: Settings["vm"]["journal"]): string | undefined {
  if (maximumMegabytes === undefined && days === undefined) return undefined;
  return [
    "[Journal]",
    // A size or an age without files on disk would be of no use after a restart of the host.
    "Storage=persistent",
    ...(maximumMegabytes === undefined ? [] : [`SystemMaxUse=${maximumMegabytes}M`]),
    ...(days === undefined ? [] : [`MaxRetentionSec=${days}day`]),
    "",
  ].join("\n");
}
