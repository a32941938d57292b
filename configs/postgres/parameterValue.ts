import type { Parameter } from "./parameters";
import { textProblem } from "./textValue";

/**
 * What is wrong with a parameter's value, in words that follow its path; undefined if nothing. A
 * value must pass PostgreSQL's rules (`src/backend/utils/misc/guc.c`) and those of Patroni, which
 * drops what it cannot read (`patroni/utils.py`).
 * @param value from the stack file; YAML's booleans and numbers as written
 */
export function valueProblem(
  parameter: Parameter,
  value: string | number | boolean,
): string | undefined {
  // postgresql.conf contains it in quotes, where a line break is a syntax error.
  if (/[\r\n\0]/.test(String(value))) return "must be a single line";
  switch (parameter.type) {
    case "bool":
      return booleanProblem(String(value));
    case "enum":
      return enumProblem(parameter, value);
    case "integer":
    case "real":
      return typeof value === "boolean"
        ? `must be ${allowedNumbers(parameter)}, got ${fromYaml(value)}`
        : numberProblem(parameter, String(value));
    case "string":
      return typeof value === "boolean" && parameter.name !== "log_connections"
        ? `must be text, got ${fromYaml(value)}`
        : textProblem(parameter.name, String(value), parameter.major);
  }
}

/**
 * Words that are booleans to both PostgreSQL and Patroni. PostgreSQL accepts prefixes too, which
 * Patroni drops.
 */
const booleans = ["on", "true", "yes", "1", "off", "false", "no", "0"];

/** Whether a word means true to PostgreSQL and Patroni; undefined if it is not a boolean. */
export function booleanOf(value: string | number | boolean): boolean | undefined {
  const at = booleans.indexOf(String(value).toLowerCase());
  return at < 0 ? undefined : at < 4;
}

function booleanProblem(value: string): string | undefined {
  if (booleanOf(value) !== undefined) return undefined;
  return `must be on or off, got ${quoted(value)}`;
}

/** A boolean may be a word that was not intended as one. */
const fromYaml = (value: boolean) =>
  value
    ? "true (YAML reads on, yes and true as that)"
    : "false (YAML reads off, no and false as that)";

function enumProblem({ values }: Parameter, value: string | number | boolean): string | undefined {
  const wanted = String(value).toLowerCase();
  if (values.some((one) => one.toLowerCase() === wanted)) return undefined;
  // If on and off are values, PostgreSQL accepts all words for them.
  const alsoBoolean = values.includes("on") && values.includes("off");
  if (alsoBoolean && booleanOf(value) !== undefined) return undefined;
  return (
    `must be one of ${values.filter((one) => one !== "").join(", ")}, got ` +
    (typeof value === "boolean" ? fromYaml(value) : quoted(String(value)))
  );
}

const quoted = (value: string) => (value.length > 60 ? `${value.slice(0, 57)}...` : `"${value}"`);

/** Units in bytes or in milliseconds. They are case-sensitive: `mb` and `S` are not units. */
const unitSizes: Record<"memory" | "time", Record<string, number>> = {
  memory: { TB: 1024 ** 4, GB: 1024 ** 3, MB: 1024 ** 2, kB: 1024, B: 1 },
  time: { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000, ms: 1, us: 0.001 },
};

/** A unit's kind, its size in bytes or milliseconds, and the units that convert to it. */
function baseOf(unit: string): { size: number; units: Record<string, number> } {
  const [, count = "", name = ""] = /^(\d*)(\w+)$/.exec(unit) ?? [];
  const units = name in unitSizes.time ? unitSizes.time : unitSizes.memory;
  return { size: (count === "" ? 1 : Number(count)) * (units[name] ?? 1), units };
}

const decimal = String.raw`\d*\.?\d+(?:[eE][-+]?\d+)?`;
// As strtol and strtod parse a number: a leading 0 makes it octal, 0x hexadecimal.
const wholeNumber = new RegExp(String.raw`^\s*([-+]?)(0x[\da-fA-F]+|${decimal})\s*(\S*)\s*$`);
const realNumber = new RegExp(String.raw`^\s*([-+]?)(${decimal})\s*(\S*)\s*$`);

/**
 * A number in the parameter's own unit, written with or without a unit; undefined if it is not a
 * number or the unit is not valid for the parameter.
 */
export function numberOf(
  { type, unit }: Pick<Parameter, "type" | "unit">,
  text: string,
): number | undefined {
  const match = (type === "integer" ? wholeNumber : realNumber).exec(text);
  const [, sign = "", digits = "", given = ""] = match ?? [];
  const bare = match === null ? undefined : magnitude(digits, type);
  if (bare === undefined) return undefined;
  const value = inUnit(sign === "-" ? -bare : bare, given, unit);
  return value === undefined || type === "real" ? value : roundedToEven(value);
}

function magnitude(digits: string, type: Parameter["type"]): number | undefined {
  if (type === "real" || !/^0[\dx]/.test(digits) || /[.eE]/.test(digits.replace(/^0x.*/, ""))) {
    return Number(digits);
  }
  if (digits.startsWith("0x")) return Number.parseInt(digits, 16);
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/**
 * Converts to a parameter's unit; a fraction is rounded to the next smaller unit, as PostgreSQL
 * does.
 */
function inUnit(value: number, given: string, own: string): number | undefined {
  if (given === "") return value;
  if (own === "") return undefined;
  const { size, units } = baseOf(own);
  const names = Object.keys(units);
  const at = names.indexOf(given);
  if (at < 0) return undefined;
  const exact = (value * (units[given] ?? 1)) / size;
  const smaller = (units[names[at + 1] ?? ""] ?? 0) / size;
  return smaller === 0 ? exact : roundedToEven(exact / smaller) * smaller;
}

/** C's rint: halves round to the even neighbour. */
function roundedToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function numberProblem(parameter: Parameter, text: string): string | undefined {
  const value = numberOf(parameter, text);
  const { min, max } = parameter;
  if (value !== undefined && value >= min && value <= max) return stepProblem(parameter, value);
  const hint = value === undefined ? unitHint(parameter, text) : withoutUnit(parameter, text);
  return `must be ${allowedNumbers(parameter)}, got ${quoted(text)}${hint}`;
}

/** PostgreSQL's additional checks of numbers. */
function stepProblem({ name, unit }: Parameter, value: number): string | undefined {
  const ofPages =
    /^(commit_timestamp|multixact_member|multixact_offset|notify|serializable|subtransaction|transaction)_buffers$/;
  if (unit === "8kB" && ofPages.test(name) && value % 16 !== 0) {
    return `must be a multiple of 128kB, got ${value * 8}kB`;
  }
  if (name === "io_max_concurrency" && value === 0) return "must be -1 or at least 1, got 0";
  return name === "vacuum_buffer_usage_limit" && value > 0 && value < 128
    ? `must be 0 or at least 128kB, got ${value}kB`
    : undefined;
}

/** The meaning of a number without a unit where units are allowed. */
const withoutUnit = ({ unit }: Parameter, text: string) =>
  unit !== "" && /\d\s*$/.test(text) ? `; without a unit it counts ${unit}` : "";

/** What is wrong with a number's unit, if nothing else is wrong. */
function unitHint({ unit }: Parameter, text: string): string {
  const [, , digits, given = ""] = wholeNumber.exec(text) ?? [];
  if (digits === undefined || given === "") return "";
  if (unit === "") return "; it has no unit";
  const { units } = baseOf(unit);
  const names = Object.keys(units);
  const meant = { kb: "kB", k: "kB", m: units === unitSizes.time ? "min" : "MB", g: "GB", t: "TB" };
  const near =
    names.find((name) => name.toLowerCase() === given.toLowerCase()) ??
    (Object.hasOwn(meant, given.toLowerCase())
      ? meant[given.toLowerCase() as keyof typeof meant]
      : undefined);
  return near !== undefined && names.includes(near)
    ? `; write ${near} instead of ${given}`
    : `; units are ${[...names].reverse().join(", ")}`;
}

/** `a whole number from 64kB to 1GB`, in words that follow "must be". */
function allowedNumbers({ name, type, unit, min, max }: Parameter): string {
  const kind = type === "integer" ? "a whole number" : "a number";
  const unbounded = max >= 2 ** 30 - 1;
  return unbounded
    ? `${kind} of ${shownBound(name, unit, min)} or more`
    : `${kind} from ${shownBound(name, unit, min)} to ${shownBound(name, unit, max)}`;
}

function shownBound(name: string, unit: string, bound: number): string {
  // Modes of files are always octal.
  if (/_(mode|permissions)$/.test(name)) return `0${bound.toString(8)}`;
  if (unit === "" || bound <= 0) return String(bound);
  const [, count = "", base = ""] = /^(\d*)(\w+)$/.exec(unit) ?? [];
  return `${count === "" ? bound : bound * Number(count)}${base}`;
}
