import { systemRole } from "../../configs/access/systemRoles";
import { paths } from "../../configs/cluster/paths";
import { runAttached } from "../attached";
import { examples, onCluster, withCluster } from "../command";
import { memberFor } from "../member";

/** `hapg psql`: psql inside a member, as the superuser: it needs no password, and works while HAProxy is down. */
export const psql = onCluster("psql", "open psql inside a member, as the superuser")
  .option("--read", "on a standby instead of the primary")
  .option("--member <name>", "on this member")
  .option("-d, --database <name>", "database", "postgres")
  .argument("[words...]", "options of psql, after --")
  .allowUnknownOption()
  .passThroughOptions()
  .addHelpText(
    "after",
    examples("psql", "psql --member patroni2 -- -c 'SELECT pg_is_in_recovery()'"),
  )
  .action(async (words, { read, member, database, ...where }) => {
    await withCluster(where, async (cluster) => {
      const name = await memberFor(cluster, { member, read });
      const fixed = ["psql", "-h", paths.pgSocket, "-U", systemRole.superuser, "-d", database];
      const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
      await runAttached(cluster.reach.attached(name, [...fixed, ...words], isTerminal));
    });
  });
