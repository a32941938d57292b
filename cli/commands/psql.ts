import { databasesFor } from "../../configs/access/model";
import { systemRole } from "../../configs/access/systemRoles";
import { paths } from "../../configs/cluster/paths";
import { runAttached } from "../attached";
import { type Cluster, examples, onCluster, withCluster } from "../command";
import { exitCode, Failure } from "../failure";
import { memberFor } from "../member";
import { inPool } from "../poolSession";

/**
 * `hapg psql`: runs psql inside a member as the superuser. It needs no password, and works while
 * HAProxy is down.
 */
export const psql = onCluster("psql", "open psql inside a member, or through PgBouncer")
  .option("--read", "on a standby instead of the primary")
  .option("--member <name>", "on this member")
  .option("--role <name>", "as this role; by default the superuser, or the database's owner")
  .option("--pool", "through PgBouncer, with the role's own password")
  .option("-d, --database <name>", "database; by default postgres, or the first of the role")
  .argument("[words...]", "options of psql, after --")
  .allowUnknownOption()
  .passThroughOptions()
  .addHelpText(
    "after",
    examples(
      "psql",
      "psql --member patroni2 -- -c 'SELECT pg_is_in_recovery()'",
      "psql --role app -d app",
      "psql --pool --read -d app",
    ),
  )
  .action(async (words, { read, member, role, pool, database, ...where }) => {
    if (pool === true && member !== undefined)
      throw new Failure(
        "PgBouncer chooses the member: use --pool with --read, or --member without --pool.",
        exitCode.wrongUsage,
      );
    await withCluster(where, async (cluster) => {
      const { settings, reach } = cluster;
      const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
      if (pool === true) {
        const name = database ?? firstDatabase(cluster, role);
        const login = role ?? settings.databases[name]?.owner ?? systemRole.administrator;
        await inPool(cluster, { database: name, role: login, read, words, isTerminal });
        return;
      }
      const name = database ?? (role === undefined ? "postgres" : firstDatabase(cluster, role));
      const on = await memberFor(cluster, { member, read });
      const fixed = ["psql", "-h", paths.pgSocket, "-U", systemRole.superuser, "-d", name];
      await runAttached(reach.attached(on, [...asRole(role), ...fixed, ...words], isTerminal));
    });
  });

/**
 * The first database in which a role owns, reads or writes something; without a role, the first of
 * the stack file.
 */
function firstDatabase({ settings }: Pick<Cluster, "settings">, role: string | undefined): string {
  const all = role === undefined ? Object.keys(settings.databases) : databasesFor(settings, role);
  return all[0] ?? "postgres";
}

/** Makes psql's sessions start with that role as their current one. */
const asRole = (role: string | undefined): string[] =>
  role === undefined ? [] : ["env", `PGOPTIONS=-c role=${role.replace(/[\\\s]/g, "\\$&")}`];
