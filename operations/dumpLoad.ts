import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { z } from "zod";
import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { restoreProgram } from "../programs/programs";
import { placesOf } from "./dump";
import { onMember } from "./memberSql";
import { Refusal } from "./switchover/choice";
import { transfer, type Transferred, type TransferStep } from "./transfer";

/** The manifest of a dump: the first file in it. */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** A random ID, different for each dump. */
  id: z.string().regex(/^[\da-f-]{36}$/),
  /** ISO 8601. */
  time: z.string(),
  database: z.string(),
  databaseBytes: z.number(),
  /** PostgreSQL's version, such as `17.6`. */
  version: z.string(),
  isStandby: z.boolean(),
  /** Roles that own objects in it or have rights on them. */
  roles: z.array(z.string()),
  extensions: z.array(z.string()),
  tables: z.array(
    z.object({ schema: z.string(), name: z.string(), owner: z.string(), rows: z.number() }),
  ),
});

/** The schema of the manifest. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A dump on this machine. */
export interface DumpFile {
  path: string;
  bytes: number;
  manifest: Manifest;
}

const block = 512;

/**
 * Reads the manifest of a dump.
 * @throws {Refusal} if the file does not exist or is not a dump of `hapg dump`
 */
export async function readDump(path: string): Promise<DumpFile> {
  try {
    const { size: bytes } = await stat(path);
    const file = await open(path);
    try {
      const head = Buffer.alloc(block);
      await file.read(head, 0, block, 0);
      const field = (from: number, to: number) =>
        head.toString("latin1", from, to).replace(/[\0 ].*$/s, "");
      if (field(0, 100) !== "manifest.json") throw new Error("its first file is no manifest.json");
      const length = parseInt(field(124, 136), 8);
      if (!(length < 1 << 28)) throw new Error("its manifest.json is too long");
      const text = Buffer.alloc(length);
      await file.read(text, 0, length, block);
      return { path, bytes, manifest: manifestSchema.parse(JSON.parse(text.toString())) };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Refusal(`There is no file ${path}`);
    const reason = error instanceof z.ZodError ? "its manifest.json is another version's" : message;
    throw new Refusal(`${path} is no dump that hapg has made: ${reason}`);
  }
}

const targetSchema = z.object({
  version: z.number(),
  relations: z.number(),
  note: z.string().nullable(),
  roles: z.array(z.string()),
  available: z.array(z.string()),
  installed: z.array(z.string()),
});

const targetSql = `
SELECT json_build_object(
  'version', current_setting('server_version_num')::int / 10000,
  'relations', (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relpersistence <> 't'
      AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_toast%'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
                      AND objid = c.oid AND deptype = 'e')),
  'note', (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'hapg_load'),
  'roles', (SELECT json_agg(rolname) FROM pg_roles),
  'available', (SELECT json_agg(name) FROM pg_available_extensions),
  'installed', (SELECT json_agg(extname) FROM pg_extension));`;

/** The target of a load. */
export interface LoadTarget {
  /** The primary. */
  member: string;
  database: string;
  /** The owner of all loaded objects; undefined: the owners in the dump. */
  owner: string | undefined;
}

/**
 * Checks whether a dump can be loaded.
 * @returns whether an earlier load of the same dump was interrupted: its objects are dropped first
 * @throws {Refusal} with the obstacles
 */
export async function checkTarget(
  reach: Pick<Reach, "execute">,
  { manifest }: DumpFile,
  { member, database, owner }: LoadTarget,
): Promise<{ isSecond: boolean }> {
  const answer = await onMember(reach, member, targetSql, database).catch((error: unknown) => {
    const { message } = error as Error;
    throw new Refusal(
      /does not exist/.test(message)
        ? `There is no database ${database}. Add it to databases in the stack file and run \`up\``
        : message,
    );
  });
  const target = targetSchema.parse(JSON.parse(answer));
  const note = z.object({ dump: z.string() }).safeParse(JSON.parse(target.note ?? "null")).data;
  const isSecond = note?.dump === manifest.id;
  if (note !== undefined && !isSecond)
    throw new Refusal(
      `The load of another dump into ${database} is under way, or was cut short. Load that ` +
        "one again first",
    );
  if (!isSecond && target.relations > 0)
    throw new Refusal(
      `The database ${database} is not empty: it has ${target.relations} tables, views or sequences. ` +
        "Load into a new one: add it to databases in the stack file and run `up`",
    );
  const major = parseInt(manifest.version, 10);
  if (major > target.version)
    throw new Refusal(`The dump is of PostgreSQL ${major}, newer than ${target.version} here`);
  const roles = owner === undefined ? manifest.roles : [owner];
  refuseMissing("role", roles, target.roles, {
    one: "Add it to roles in the stack file and run `up`",
    more: owner === undefined ? ", or give all to one role with --owner" : "",
  });
  const [known, remedy] =
    owner === undefined
      ? [target.available, "Add its package to postgres.packages in the stack file and run `up`"]
      : [target.installed, `Add it to databases.${database}.extensions in the stack file`];
  refuseMissing("extension", manifest.extensions, known, { one: remedy, more: "" });
  return { isSecond };
}

function refuseMissing(
  what: string,
  wanted: string[],
  known: string[],
  { one, more }: { one: string; more: string },
): void {
  const missing = wanted.filter((name) => !known.includes(name));
  if (missing.length === 0) return;
  throw new Refusal(`The dump needs the ${what} ${missing.join(", ")}. ${one}${more}`);
}

/** Options of a load. */
export interface LoadArgs extends LoadTarget {
  /** Number of tables to load in parallel. */
  jobs: number;
  onStep: (step: TransferStep) => void;
  /** Aborts the load. The same dump can be loaded again afterwards. */
  signal: AbortSignal;
}

/**
 * Loads a dump and checks each table's row count and owner against it.
 * @throws {Error} with the differences
 */
export function loadDump(
  reach: Pick<Reach, "attached">,
  settings: Settings,
  { path, bytes }: DumpFile,
  { member, database, owner, jobs, ...others }: LoadArgs,
): Promise<Transferred> {
  const words = [database, String(jobs), owner ?? "", String(bytes), ...placesOf(settings)];
  const input = createReadStream(path, { highWaterMark: 1 << 20 });
  return transfer(reach, { member, program: restoreProgram, words, input, ...others });
}
