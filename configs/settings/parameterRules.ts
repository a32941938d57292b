import { nameRefusal, type Value, valueRefusal } from "../postgres/parameterRefusals";
import { parameterNames, parameterOf } from "../postgres/parameters";
import { valueProblem } from "../postgres/parameterValue";
import { libraryRules } from "./libraryRules";
import { nearest } from "./nearest";
import { parametersFit } from "./parameterFit";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/**
 * Checks `postgres.parameters` for everything that PostgreSQL or Patroni would reject or drop, or
 * that would break them, by the tables of the major version and without a server.
 */
export function parameterRules(settings: Settings): Problem[] {
  const { version, parameters } = settings.postgres;
  const single = Object.entries(parameters).flatMap(([name, value]) => {
    const message = parameterProblem(name, value, version);
    return message === undefined ? [] : [{ path: pathOf(name), message }];
  });
  const wrong = new Set(single.map(({ path }) => path));
  const together = [...libraryRules(settings), ...parametersFit(settings)];
  return [...single, ...together.filter(({ path }) => !wrong.has(path))];
}

const pathOf = (name: string) => `postgres.parameters.${name}`;

/**
 * What is wrong with one parameter by itself, in words that follow its path; undefined if nothing.
 */
export function parameterProblem(name: string, value: Value, major: number): string | undefined {
  const refusal = nameRefusal(name, major);
  if (refusal !== undefined) return refusal;
  const parameter = parameterOf(major, name);
  if (parameter === undefined) return unknownName(name, major);
  if (parameter.context === "internal") return "is read-only: PostgreSQL computes it; remove it";
  return valueProblem(parameter, value) ?? valueRefusal(parameter, value);
}

/** A name with a dot may belong to an extension that only its users know. */
function unknownName(name: string, major: number): string | undefined {
  const known = parameterNames(major);
  const dot = name.indexOf(".");
  const prefix = name.slice(0, dot);
  const prefixes = [
    ...new Set(known.filter((one) => one.includes(".")).map((one) => one.split(".")[0] ?? "")),
  ];
  if (dot < 0) return isNoParameter(major, nearest(name, known));
  if (!/^[a-z_]\w*(\.[a-z_]\w*)+$/.test(name)) {
    return "is not the name of an extension's parameter, such as auto_explain.log_min_duration";
  }
  if (prefixes.includes(prefix)) {
    const own = known
      .filter((one) => one.startsWith(`${prefix}.`))
      .map((one) => one.slice(dot + 1));
    const near = nearest(name.slice(dot + 1), own);
    const hint = near === undefined ? undefined : `${prefix}.${near}`;
    return isNoParameter(major, hint, `; ${prefix} has ${own.join(", ")}`);
  }
  const meant = nearest(prefix, prefixes);
  // Two letters at most: another extension may have a similar name.
  return meant !== undefined && Math.abs(meant.length - prefix.length) <= 2 && prefix.length > 6
    ? isNoParameter(major, `${meant}${name.slice(dot)}`)
    : undefined;
}

const isNoParameter = (major: number, near: string | undefined, otherwise = "") =>
  `is not a parameter of PostgreSQL ${major}` +
  (near === undefined ? otherwise : `; did you mean ${near}?`);
