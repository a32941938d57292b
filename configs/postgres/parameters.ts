import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A parameter as `pg_settings` of one major version describes it. */
export interface Parameter {
  /** The major version. */
  major: number;
  /** In lower case. */
  name: string;
  type: "bool" | "integer" | "real" | "string" | "enum";
  /** When a change takes effect: `postmaster` is a restart, `sighup` a reload, `internal` never. */
  context: string;
  /** The unit of a number without one: `8kB`, `ms`. Empty if units are not allowed. */
  unit: string;
  /** Bounds of a number, in {@link Parameter.unit}. */
  min: number;
  max: number;
  /** Values of an enum. */
  values: string[];
}

/** A parameter's facts and the first and last major version with them. */
interface Row extends Omit<Parameter, "major"> {
  from: number;
  to: number;
}

let rows: Map<string, Row[]> | undefined;

/**
 * `parameters.tsv`, read at the first use: the content of `pg_settings` of real servers.
 * `generators/parameterTable.ts` writes it.
 */
function table(): Map<string, Row[]> {
  if (rows !== undefined) return rows;
  rows = new Map();
  const text = readFileSync(join(__dirname, "parameters.tsv"), "utf8");
  for (const line of text.split("\n").slice(1)) {
    if (line === "") continue;
    const row = parseRow(line);
    const same = rows.get(row.name);
    if (same === undefined) rows.set(row.name, [row]);
    else same.push(row);
  }
  return rows;
}

function parseRow(line: string): Row {
  const [
    name = "",
    majors = "",
    type = "",
    context = "",
    unit = "",
    min = "",
    max = "",
    enums = "",
  ] = line.split("\t");
  const [from = 0, to = from] = majors.split("-").map(Number);
  return {
    name: name.toLowerCase(),
    from,
    to,
    type: type as Parameter["type"],
    context,
    unit,
    min: min === "" ? -Infinity : Number(min),
    max: max === "" ? Infinity : Number(max),
    values: type === "enum" ? enums.split("|") : [],
  };
}

/** A parameter of a major version; undefined if that version has none of the name. */
export function parameterOf(major: number, name: string): Parameter | undefined {
  const row = table()
    .get(name.toLowerCase())
    ?.find(({ from, to }) => from <= major && major <= to);
  return row === undefined ? undefined : { ...row, major };
}

/**
 * When a change of a parameter takes effect in a major version: `postmaster` (a restart), `sighup`
 * (a reload), `user`, `superuser` and so on; undefined if the version or the table does not have
 * it, such as parameters of extensions outside of PostgreSQL.
 */
export const contextOf = (major: number, name: string): string | undefined =>
  parameterOf(major, name)?.context;

/** The first and the last major version in the table that have a parameter; undefined if none has. */
export function majorsOf(name: string): { from: number; to: number } | undefined {
  const found = table().get(name.toLowerCase());
  if (found === undefined) return undefined;
  return {
    from: Math.min(...found.map(({ from }) => from)),
    to: Math.max(...found.map(({ to }) => to)),
  };
}

/** The names of a major version's parameters, in lower case. */
export const parameterNames = (major: number): string[] =>
  [...table()].flatMap(([name, all]) =>
    all.some(({ from, to }) => from <= major && major <= to) ? [name] : [],
  );
