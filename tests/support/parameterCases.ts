import { nameRefusal } from "../../configs/postgres/parameterRefusals";
import { type Parameter, parameterNames, parameterOf } from "../../configs/postgres/parameters";
import { valueProblem } from "../../configs/postgres/parameterValue";

/** A value of a parameter and whether this program takes it. */
export interface ParameterCase {
  name: string;
  value: string;
  isTaken: boolean;
}

/**
 * Every parameter of a major version that may be set, each with values that are right and wrong for
 * it.
 */
export function parameterCases(major: number): ParameterCase[] {
  return parameterNames(major).flatMap((name) => {
    const parameter = parameterOf(major, name);
    if (parameter === undefined || parameter.context === "internal") return [];
    if (nameRefusal(name, major) !== undefined) return [];
    return [...new Set(valuesFor(parameter))].map((value) => ({
      name,
      value,
      isTaken: valueProblem(parameter, value) === undefined,
    }));
  });
}

const words = ["on", "OFF", "true", "No", "1", "0", "2", "enabled", ""];
const texts: Record<string, string[]> = {
  timezone: ["UTC", "Europe/Berlin", "asia/tokyo", "Asia/Bejing", "CEST", "UTC+8", "Nowhere", "-3"],
  datestyle: ["iso, ymd", "German", "ISO,MDY", "yyyy-mm-dd", "iso;dmy"],
  log_destination: ["stderr, csvlog", "syslog", "file", "csv", ""],
  "plpgsql.extra_warnings": ["shadowed_variables", "all", "everything"],
};

function valuesFor({ name, type, unit, min, max, values }: Parameter): string[] {
  switch (type) {
    case "bool":
      return words;
    case "enum":
      return [...values, ...values.map((one) => one.toUpperCase()), ...words, "none of them"];
    case "string":
      return Object.hasOwn(texts, name) ? (texts[name] ?? []) : [];
    case "integer":
    case "real":
      return [...numbersAround(min), ...numbersAround(max), ...odd, ...withUnits(unit)];
  }
}

const odd = [
  "",
  " 7 ",
  "+9",
  "0x40",
  "010",
  "09",
  "64.4",
  "64.5",
  ".5",
  "1e2",
  "1 000",
  "1,5",
  "ten",
  "-",
  "5%",
];

const numbersAround = (bound: number): string[] => {
  if (!Number.isFinite(bound) || Math.abs(bound) > 1e15) return [];
  return [bound, bound - 1, bound + 1].map(String);
};

const allUnits = ["B", "kB", "MB", "GB", "us", "ms", "s", "min", "h", "d"];
const wrongUnits = ["KB", "mb", "k", "gb", "S", "sec", "m", "Min", "hours"];

/** A few numbers with each unit, for parameters with one and without. */
const withUnits = (unit: string): string[] =>
  unit === ""
    ? ["10s", "10MB", "10 kB"]
    : [...allUnits, ...wrongUnits].flatMap((one) => [`1${one}`, `900 ${one}`, `0.3${one}`]);

const sqlName = (name: string) =>
  name
    .split(".")
    .map((part) => `"${part}"`)
    .join(".");

/** A psql script with one ALTER SYSTEM a line, in the cases' order; nothing of it is kept. */
export const alterSystem = (cases: ParameterCase[]) =>
  cases.map(({ name, value }) => `ALTER SYSTEM SET ${sqlName(name)} = '${value}';`).join("\n");

/** The cases of {@link alterSystem} that the server has refused, by what psql has said to `-f -`. */
export function refusedOf(cases: ParameterCase[], output: string): Map<ParameterCase, string> {
  const found = new Map<ParameterCase, string>();
  for (const [, line, message = ""] of output.matchAll(/<stdin>:(\d+): ERROR:\s+(.*)/g)) {
    const one = cases[Number(line) - 1];
    if (one !== undefined) found.set(one, message);
  }
  return found;
}
