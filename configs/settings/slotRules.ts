import { serviceNames } from "../cluster/names";
import { parameterProblem } from "./parameterRules";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** Rules about `patroni.slots`. */
export function slotRules(settings: Settings): Problem[] {
  const { patroni, postgres, databases } = settings;
  const slots = Object.entries(patroni.slots);
  if (slots.length === 0) return [];
  const members = serviceNames("patroni", postgres.members);
  const known = ["postgres", ...Object.keys(databases)];
  const isLogical = slots.some(([, { type }]) => type === "logical");
  const level = String(postgres.parameters.wal_level ?? "replica").toLowerCase();
  return [
    ...slots.flatMap(([name, { database }]) => [
      ...(members.includes(name)
        ? [{ path: `patroni.slots.${name}`, message: "is the name of a member's own slot" }]
        : []),
      ...(database === undefined || known.includes(database)
        ? []
        : [
            {
              path: `patroni.slots.${name}.database`,
              message: `"${database}" is not one of databases (${known.join(", ")})`,
            },
          ]),
    ]),
    ...(postgres.useSlots
      ? []
      : [{ path: "postgres.useSlots", message: "must be true for patroni.slots" }]),
    ...(isLogical && level !== "logical"
      ? [
          {
            path: "postgres.parameters.wal_level",
            message: `must be logical for the logical slots of patroni.slots, got ${level}`,
          },
        ]
      : []),
    ...slotsSuffice(settings, slots.length + members.length),
  ];
}

/** Without a free slot Patroni cannot create the next one, and only logs that. */
function slotsSuffice({ postgres }: Settings, wanted: number): Problem[] {
  const { max_replication_slots: given = 20 } = postgres.parameters;
  if (parameterProblem("max_replication_slots", given, postgres.version) !== undefined) return [];
  return Number(given) >= wanted
    ? []
    : [
        {
          path: "postgres.parameters.max_replication_slots",
          message:
            `must be at least ${wanted}, one for each member and for each of patroni.slots; got ` +
            String(given),
        },
      ];
}
