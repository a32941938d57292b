import type { Settings } from "../../../configs/settings/schema";
import { parseCsv } from "../../../operations/look/csv";
import type { Effect } from "./effect";

/** An HAProxy's settings, from its statistics page as CSV. */
export function routerEffects(
  { haproxy, postgres }: Settings,
  service: string,
  csv: string,
): Effect[] {
  const rows = parseCsv(csv);
  const server = rows.find(({ pxname, svname }) => pxname === "primary" && svname === "patroni1");
  const write = rows.find(({ pxname, svname }) => pxname === "write" && svname === "FRONTEND");
  const members = membersIn(rows);
  const effect = (what: string, wanted: number | string, seen = "not shown"): Effect => ({
    ...{ service, what, wanted: String(wanted) },
    seen,
  });
  return [
    effect("checkFall", haproxy.checkFall, server?.check_fall),
    effect("checkRise", haproxy.checkRise, server?.check_rise),
    effect("maxConnections", haproxy.maxConnections, write?.slim),
    effect("members", postgres.members, String(members.length)),
    effect("members that take writes", 1, String(members.filter(takesWrites).length)),
  ];
}

const takesWrites = ({ status = "" }: Record<string, string>) => status.startsWith("UP");

/** An HAProxy's rows of the members in the write backend. */
const membersIn = (rows: Record<string, string>[]) =>
  rows.filter(({ pxname, svname = "" }) => pxname === "primary" && svname.startsWith("patroni"));
