import type { Settings } from "../settings/schema";

/** Every system has these. */
const builtIn = /^(C|POSIX|C\.utf-?8)?$/i;

/** Parameters that name a locale of the C library. */
const localeParameters = ["lc_messages", "lc_monetary", "lc_numeric", "lc_time"];

/** The locales that members need beside those that every system has, sorted. */
export function localesOf({ locales, initdb, parameters }: Settings["postgres"]): string[] {
  const { locale, lcCtype, lcCollate } = initdb;
  const named = [
    ...locales,
    ...[locale, lcCtype, lcCollate].filter((name) => name !== undefined),
    ...localeParameters.map((name) => String(parameters[name] ?? "").trim()),
  ];
  return [...new Set(named.filter((name) => !builtIn.test(name)))].sort();
}
