import { currentName } from "../../../configs/access/logins";
import { systemRole } from "../../../configs/access/systemRoles";
import type { Settings } from "../../../configs/settings/schema";
import type { Effect } from "./effect";

/** The query of {@link roleEffects} to the primary. */
export const roleSql = [
  "SELECT 'limit', rolname, rolconnlimit::text FROM pg_roles WHERE rolcanlogin",
  "SELECT 'stream', application_name, usename FROM pg_stat_replication WHERE application_name " +
    "LIKE 'patroni%'",
].join(" UNION ALL ");

/** Limits of the stack file's roles, and the replication login of each standby. */
export function roleEffects(settings: Settings, primary: string, answer: string): Effect[] {
  const rows = answer.split("\n").map((line) => line.split("|"));
  const limits = new Map(
    rows.filter(([kind]) => kind === "limit").map(([, role, limit]) => [role, limit]),
  );
  const streams = rows.filter(([kind]) => kind === "stream");
  const login = currentName(systemRole.replication, settings.credentials.replication);
  return [
    ...Object.entries(settings.roles).map(([role, { connectionLimit }]) => ({
      ...{ service: primary, what: `connection limit of ${role}` },
      ...{ wanted: String(connectionLimit), seen: limits.get(role) ?? "no such role" },
    })),
    ...streams.map(([, service = "", seen = ""]) => ({
      ...{ service, what: "login of replication", wanted: login, seen },
    })),
    {
      ...{ service: primary, what: "standbys that stream" },
      ...{ wanted: String(settings.postgres.members - 1), seen: String(streams.length) },
    },
  ];
}
