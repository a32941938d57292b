import { nameRefusal, type Value, valueRefusal } from "../postgres/parameterRefusals";
import { parameterNames, parameterOf } from "../postgres/parameters";
import { valueProblem } from "../postgres/parameterValue";
import { libraryRules } from "./libraryRules";
import { nearest } from "./nearest";
import { parametersFit } from "./parameterFit";
import type { Problem } from "./rules";
import type { Settings } from "./schema";

/**
 * What PostgreSQL or Patroni would reject, drop or not survive of `postgres.parameters`, judged by the
 * tables of the major version, without a server.
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

/** What is wrong with one parameter on its own, in words that follow its path; undefined if nothing is. */
export function parameterProblem(name: string, value: Value, major: number): string | undefined {
  const refusal = nameRefusal(name, major);
  if (refusal !== undefined) return refusal;
  const parameter = parameterOf(major, name);
  if (parameter === undefined) return unknownName(name, major);
  if (parameter.context === "internal") return "is read-only: PostgreSQL computes it; remove it";
  return valueProblem(parameter, value) ?? valueRefusal(parameter, value);
}

/** A name with a dot may be of an extension that nobody but its users knows. */
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
  // Two letters at most: another extension may have a name that is nearly the same.
  return meant !== undefined && Math.abs(meant.length - prefix.length) <= 2 && prefix.length > 6
    ? isNoParameter(major, `${meant}${name.slice(dot)}`)
    : undefined;
}

const isNoParameter = (major: number, near: string | undefined, otherwise = "") =>
  `is not a parameter of PostgreSQL ${major}${near === undefined ? otherwise : `; did you mean ${near}?`}`;
