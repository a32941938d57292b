import type { ClusterMember } from "../operations/clusterView";
import { textTable } from "./textTable";

/** The members as a table. */
export function topologyTable(members: ClusterMember[]): string {
  const rows = members.map((member) => [
    member.name,
    member.role.replaceAll("_", " "),
    member.state,
    String(member.timeline ?? ""),
    member.role === "leader" ? "" : lagText(member.lag),
    [
      ...(member.pending_restart === true ? ["pending restart"] : []),
      ...Object.entries(member.tags ?? {}).map(([name, value]) => `${name}: ${String(value)}`),
    ].join(", "),
  ]);
  const head = ["member", "role", "state", "timeline", "lag", "remarks"];
  return textTable([head, ...rows]).join("\n");
}

function lagText(lag: number | string | undefined): string {
  return typeof lag === "number" ? `${Math.ceil(lag / 1024)} KiB` : (lag ?? "");
}
