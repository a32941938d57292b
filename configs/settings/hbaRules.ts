import { systemRole } from "../access/systemRoles";
import { hbaFields, hbaProblem } from "../postgres/hbaLine";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** A line that PostgreSQL cannot read prevents the next start of every member. */
export function hbaRules({ postgres }: Settings): Problem[] {
  return postgres.hba.flatMap((line, i) => {
    const message =
      hbaProblem(line, postgres.version, systemRole.superuser) ??
      (needsValidator(line) && postgres.parameters.oauth_validator_libraries === undefined
        ? "oauth needs a library that validates tokens: name it in " +
          "postgres.parameters.oauth_validator_libraries"
        : undefined);
    return message === undefined ? [] : [{ path: `postgres.hba.${i}`, message }];
  });
}

/** Whether a line's method is oauth: it follows the database and the user. */
const needsValidator = (line: string) =>
  hbaFields(line)
    .fields.slice(3)
    .some(([word]) => word?.text === "oauth" && !word.isQuoted);

/**
 * Rules about lines of pg_ident.conf, and about the lines of pg_hba.conf that use them: without the
 * map of a line nobody can log in by it.
 */
export function identRules({ postgres }: Settings): Problem[] {
  const lines = postgres.ident.map((line) => hbaFields(line));
  const maps = new Set(lines.map(({ fields }) => fields[0]?.[0]?.text));
  return [
    ...lines.flatMap(({ fields, isOpen }, i) => {
      const message = isOpen
        ? "has a quote that is not closed"
        : identProblem(fields.map((words) => words.map(({ text }) => text).join(",")));
      return message === undefined ? [] : [{ path: `postgres.ident.${i}`, message }];
    }),
    ...postgres.hba.flatMap((line, i) =>
      (hbaProblem(line, postgres.version, systemRole.superuser) === undefined ? mapsIn(line) : [])
        .filter((map) => !maps.has(map))
        .map((map) => ({
          path: `postgres.hba.${i}`,
          message: `map ${map} is not in postgres.ident; add its lines there`,
        })),
    ),
  ];
}

function identProblem(fields: string[]): string | undefined {
  const [map = "", system] = fields;
  if (fields.length === 0) return undefined;
  if (map.startsWith("include")) return "must not include a file; list its lines here";
  if (fields.length !== 3) return "must be MAP SYSTEM-USER DATABASE-USER";
  if (system?.startsWith("/") !== true) return undefined;
  try {
    new RegExp(system.slice(1).replace(/^(\*\*\*[:=])?(\(\?[a-z]+\))?/, ""));
    return undefined;
  } catch {
    return `${system} is not a regular expression`;
  }
}

const mapsIn = (line: string): string[] =>
  hbaFields(line)
    .fields.flat()
    .filter(({ text }) => text.startsWith("map="))
    .map(({ text }) => text.slice("map=".length));
