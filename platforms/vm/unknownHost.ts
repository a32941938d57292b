import type { VmHost } from "../../configs/cluster/placement";
import { holdsUnknown } from "../../configs/settings/unknown";
import type { Settings } from "../../configs/settings/schema";

/** Whether a preview does not know how to reach a host, because other resources tell it later. */
export const isUnknownHost = (
  { address, sshAddress, hostKey }: VmHost,
  { vm: { ssh } }: Settings,
): boolean => holdsUnknown(JSON.stringify([address, sshAddress, hostKey, ssh]));
