import { pooledReadName } from "../configs/cluster/connectionStrings";
import { paths } from "../configs/cluster/paths";
import { lookAtPart } from "../operations/look/look";
import { runAttached } from "./attached";
import type { Cluster } from "./command";
import { exitCode, Failure } from "./failure";
import { PulumiStack } from "./pulumiStack";

/** Options of a session through PgBouncer. */
export interface PoolSession {
  database: string;
  role: string;
  /** A standby instead of the primary. */
  read: true | undefined;
  /** Options of psql. */
  words: string[];
  isTerminal: boolean;
}

/**
 * Opens psql inside a PgBouncer, as a client that verifies its certificate. The password comes from
 * the stack's outputs.
 * @throws {Failure} if no PgBouncer answers, or the stack has no such role
 */
export async function inPool(
  { stack, settings, reach, run }: Cluster,
  { database, role, read, words, isTerminal }: PoolSession,
): Promise<void> {
  const { user, password } = loginOf(PulumiStack.outputsOf(stack), role, database);
  const pools = await lookAtPart("pools", settings, reach);
  const pool = pools.find(({ facts }) => facts?.pools.value !== undefined)?.name;
  if (pool === undefined)
    throw new Failure(`No PgBouncer answers. Run \`${run("diagnose")}\`.`, exitCode.failed);
  const target = {
    host: pool,
    hostaddr: "127.0.0.1",
    port: String(settings.pgbouncer.port),
    dbname: read === true ? pooledReadName(database) : database,
    user,
    sslmode: "verify-full",
    sslrootcert: paths.caOf(paths.pgbouncerConfig),
  };
  const connection = Object.entries(target)
    .map(([name, value]) => `${name}='${value.replace(/[\\']/g, "\\$&")}'`)
    .join(" ");
  const { status, output } = await reach.execute(pool, ["sh", "-c", keepPassword], password);
  const file = output.trim();
  if (status !== 0) throw new Error(`${pool}: ${file}`);
  try {
    const script = ["sh", "-c", withPassword, "psql", file, connection, ...words];
    await runAttached(reach.attached(pool, script, isTerminal));
  } finally {
    await reach.execute(pool, ["rm", "-f", file]);
  }
}

/** Writes its input to a file that only the service's user can read, and prints the file's name. */
const keepPassword = [
  `umask 077; file=$(mktemp ${paths.pgSocket}/hapg-XXXXXX)`,
  ...['cat >"$file"', 'echo "$file"'],
].join(" && ");

/**
 * Runs psql with the password from a file, which it deletes first: every user could read an
 * argument.
 */
const withPassword = 'PGPASSWORD=$(cat "$1"); rm -f "$1"; export PGPASSWORD; shift; exec psql "$@"';

/**
 * The current login of a role.
 * @param outputs of the stack, including secret ones
 * @throws {Failure} if it has no login for this database
 */
export function loginOf(
  outputs: Record<string, unknown>,
  role: string,
  database: string,
): { user: string; password: string } {
  type Strings = Record<string, { write: string }>;
  const known: Record<string, Strings> = {
    ...(outputs.roleConnectionStrings as Record<string, Strings>),
    administrator: outputs.administratorConnectionStrings as Strings,
    monitor: outputs.monitorConnectionStrings as Strings,
  };
  const strings = known[role];
  if (strings === undefined)
    throw new Failure(
      `There is no role ${role}. Known are ${Object.keys(known).join(", ")}.`,
      exitCode.wrongUsage,
    );
  const [, user, password] =
    /^[^:]+:\/\/([^:@]*):([^@]*)@/.exec(strings[database]?.write ?? "") ?? [];
  if (user === undefined || password === undefined)
    throw new Failure(
      `The role ${role} has no access to the database ${database}: ${Object.keys(strings).join(", ")}.`,
      exitCode.wrongUsage,
    );
  return { user: decodeURIComponent(user), password: decodeURIComponent(password) };
}
