import type { Value } from "../postgres/parameterRefusals";
import { nearest } from "./nearest";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** Libraries in PostgreSQL's own package that can be loaded by name. */
const bundled = [
  ...["auth_delay", "auto_explain", "basebackup_to_shell", "basic_archive", "passwordcheck"],
  ...["pg_prewarm", "pg_stat_statements", "pg_trgm", "pgcrypto", "plpgsql", "postgres_fdw"],
  ...["pg_overexplain", "sepgsql", "test_decoding", "dblink", "hstore", "citext", "ltree"],
];

/** Libraries that only work if PostgreSQL loads them at its start. */
const needStart = ["auth_delay", "pg_prewarm", "pg_stat_statements"];

const listOf = (value: Value = "") =>
  String(value)
    .split(",")
    .map((one) => one.trim().replace(/^"(.*)"$/, "$1"))
    .filter((one) => one !== "");

const lists = ["shared_preload_libraries", "session_preload_libraries", "local_preload_libraries"];

/**
 * A missing library prevents the start of PostgreSQL or all logins. Libraries of other packages are
 * unknown here: they may exist if the settings name any package.
 */
export function libraryRules({ postgres }: Settings): Problem[] {
  const { parameters, packages } = postgres;
  const missing = [...lists, "archive_library", "oauth_validator_libraries"].flatMap((list) =>
    listOf(parameters[list]).flatMap((library) => {
      const message = missingLibrary(library, packages, postgres.version);
      return message === undefined ? [] : [{ path: `postgres.parameters.${list}`, message }];
    }),
  );
  const loaded = lists.slice(0, 2).flatMap((list) => listOf(parameters[list]));
  const atStart = listOf(parameters.shared_preload_libraries);
  const idle = Object.keys(parameters).flatMap((name) => {
    const library = name.includes(".") ? (name.split(".")[0] ?? "") : "";
    const without = needStart.includes(library)
      ? !atStart.includes(library)
      : library === "auto_explain" && !loaded.includes(library);
    return without
      ? [
          {
            path: `postgres.parameters.${name}`,
            message: `has no effect: add ${library} to postgres.parameters.shared_preload_libraries`,
          },
        ]
      : [];
  });
  return [...missing, ...idle];
}

function missingLibrary(library: string, packages: string[], major: number): string | undefined {
  const name = library.replace(/^(\$libdir\/)?(plugins\/)?/, "").replace(/\.so$/, "");
  if (name.includes("/") || bundled.includes(name)) return undefined;
  const near = nearest(name, bundled);
  if (packages.length > 0) {
    return near !== undefined && isTypo(name, near)
      ? `has no library ${name}; did you mean ${near}?`
      : undefined;
  }
  const hint = near === undefined ? "" : `did you mean ${near}? If not, `;
  return (
    `no package has the library ${name}; ${hint}name its package in postgres.packages, such as ` +
    `postgresql-${major}-${name.replace(/^pg_?/, "").replaceAll("_", "-")}`
  );
}

/** Names whose lengths differ by at most one letter: a typo, not another library. */
const isTypo = (name: string, near: string) =>
  near.length > 8 && Math.abs(near.length - name.length) <= 1;
