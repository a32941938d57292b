import { systemRole } from "../../configs/access/systemRoles";
import { paths } from "../../configs/cluster/paths";
import { isPrimary } from "../../operations/diagnose/leadership";
import { lookAt } from "../../operations/look/look";
import { runAttached } from "../attached";
import { examples, onStack, withCluster } from "../command";
import { exitCode, Failure } from "../failure";

/** `hapg psql`: psql inside a member, as the superuser: it needs no password, and works while HAProxy is down. */
export const psql = onStack("psql", "open psql inside a member, as the superuser")
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
    await withCluster(where, async ({ settings, reach, run }) => {
      const { members } = await lookAt(settings, reach);
      const answering = members.filter(({ facts }) => facts?.database.value !== undefined);
      const isWanted = ({ name }: { name: string }) => member === undefined || name === member;
      const found = answering.find(
        (one) => isWanted(one) && (member !== undefined || isPrimary(one) !== (read === true)),
      );
      if (found === undefined) {
        const what = member ?? (read === true ? "a standby" : "the primary");
        throw new Failure(
          `PostgreSQL does not answer on ${what}. Run \`${run("diagnose")}\`.`,
          exitCode.failed,
        );
      }
      const fixed = ["psql", "-h", paths.pgSocket, "-U", systemRole.superuser, "-d", database];
      const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
      await runAttached(reach.attached(found.name, [...fixed, ...words], isTerminal));
    });
  });
