import { backups } from "./diagnose/backups";
import { capacity } from "./diagnose/capacity";
import { data } from "./diagnose/data";
import { certificates, clocks, stateLocks } from "./diagnose/environment";
import { etcd } from "./diagnose/etcd";
import type { Check, Context, Finding } from "./diagnose/finding";
import { leadership, members } from "./diagnose/leadership";
import { replication } from "./diagnose/replication";
import { routing, virtualAddress } from "./diagnose/routing";

const checks: Check[] = [
  leadership,
  etcd,
  data,
  members,
  replication,
  routing,
  virtualAddress,
  capacity,
  backups,
  certificates,
  clocks,
  stateLocks,
];

/** All problems of a running cluster, the critical ones first. Empty for a healthy cluster. */
export function diagnose(context: Context): Finding[] {
  const found = checks.flatMap((check) => check(context));
  const first = ({ severity }: Finding) => (severity === "critical" ? 0 : 1);
  return found.toSorted((a, b) => first(a) - first(b));
}
