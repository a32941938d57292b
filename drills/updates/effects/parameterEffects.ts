import type { Settings } from "../../../configs/settings/schema";
import { triedParameters } from "../parameters";
import type { Effect } from "./effect";

/**
 * The query of {@link parameterEffects} to a member: `name|value` lines, then parameters that wait
 * for a restart.
 */
export const parameterSql = [
  ...[...triedParameters.map(({ name }) => name), "shared_buffers"].map(
    (name) => `SELECT '${name}', current_setting('${name}')`,
  ),
  "SELECT 'pending_restart', coalesce(string_agg(name, ' ' ORDER BY name), '') FROM " +
    "pg_settings WHERE pending_restart",
].join(" UNION ALL ");

/** PostgreSQL's parameters on one member. @param answer to {@link parameterSql} */
export function parameterEffects(
  { postgres }: Settings,
  service: string,
  answer: string,
): Effect[] {
  const shown = new Map(
    answer.split("\n").map((line) => [line.split("|")[0], line.split("|")[1]] as const),
  );
  const effect = (what: string, wanted: string): Effect => ({
    ...{ service, what, wanted },
    seen: shown.get(what) ?? "not shown",
  });
  return [
    ...triedParameters.map(({ name, otherwise }) =>
      effect(name, String(postgres.parameters[name] ?? otherwise)),
    ),
    // A quarter of the memory; see configs/patroni/memory.ts.
    effect("shared_buffers", `${postgres.memoryMegabytes / 4}MB`),
    effect("pending_restart", ""),
  ];
}
