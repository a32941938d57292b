import { z } from "zod";
import { line, localeName } from "./values";

/** The first major version that has a locale provider. */
const providerSince = { libc: 0, icu: 15, builtin: 17 } as const;

/** Options of the first initdb. */
export const initdbSettings = z
  .strictObject({
    encoding: line()
      .default("UTF8")
      .describe("Encoding of the databases. Fixed when the cluster is created."),
    locale: localeName()
      .default("C.UTF-8")
      .describe(
        "Locale of the databases. C.UTF-8 sorts in the same way on every operating system. " +
          "Fixed when the cluster is created.",
      ),
    lcCtype: localeName()
      .optional()
      .describe("Character classification (LC_CTYPE). Default: as `locale`."),
    lcCollate: localeName().optional().describe("Sort order (LC_COLLATE). Default: as `locale`."),
    localeProvider: z
      .enum(["libc", "icu", "builtin"])
      .optional()
      .describe(
        "Where sort order and character classification come from: the operating system (libc), " +
          "ICU (PostgreSQL 15), or PostgreSQL itself (builtin, PostgreSQL 17). Default: libc.",
      ),
    icuLocale: line()
      .optional()
      .describe("Locale of the provider icu, as a language tag such as de-AT or und."),
    icuRules: line().optional().describe("Additional rules of the provider icu (PostgreSQL 16)."),
    builtinLocale: z
      .enum(["C", "C.UTF-8", "PG_UNICODE_FAST"])
      .optional()
      .describe(
        "Locale of the provider builtin. Default: as `locale`. PG_UNICODE_FAST needs PostgreSQL 18.",
      ),
    dataChecksums: z.boolean().default(true).describe("Detect corrupted pages with checksums."),
    walSegmentMegabytes: z
      .union([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].map((size) => z.literal(size)))
      .default(16)
      .describe("Size of a WAL segment, in MiB."),
  })
  .prefault({});

type Initdb = z.output<typeof initdbSettings>;

/** What is wrong with the options for a major version: path within `postgres.initdb`, message. */
export function initdbProblems(initdb: Initdb, version: number): [keyof Initdb, string][] {
  const { localeProvider: provider = "libc", icuLocale, icuRules, builtinLocale } = initdb;
  const since = providerSince[provider];
  const problems: [keyof Initdb, string][] = [];
  if (provider !== "libc" && version < since) {
    problems.push([
      "localeProvider",
      `${provider} exists since PostgreSQL ${since}, got ${version}`,
    ]);
  }
  if (provider === "icu" && icuLocale === undefined) {
    problems.push(["icuLocale", "must be set with localeProvider: icu, such as und or de-AT"]);
  }
  if (provider !== "icu") {
    if (icuLocale !== undefined) problems.push(["icuLocale", "needs localeProvider: icu"]);
    if (icuRules !== undefined) problems.push(["icuRules", "needs localeProvider: icu"]);
  } else if (icuRules !== undefined && version < 16) {
    problems.push(["icuRules", `exist since PostgreSQL 16, got ${version}`]);
  }
  if (builtinLocale !== undefined && provider !== "builtin") {
    problems.push(["builtinLocale", "needs localeProvider: builtin"]);
  } else if (builtinLocale === "PG_UNICODE_FAST" && version < 18) {
    problems.push(["builtinLocale", `PG_UNICODE_FAST exists since PostgreSQL 18, got ${version}`]);
  }
  if (provider === "builtin" && builtinLocale === undefined && !isBuiltin(initdb.locale)) {
    problems.push(["builtinLocale", "must be C or C.UTF-8, as `locale` is neither"]);
  }
  return problems;
}

const isBuiltin = (locale: string) => ["C", "C.UTF-8"].includes(locale);
