import { InvalidArgumentError } from "@commander-js/extra-typings";
import { checkTarget, loadDump, readDump } from "../../operations/dumpLoad";
import { dump as dumpDatabase, memberToDump } from "../../operations/dump";
import { isPrimary } from "../../operations/look/symptoms";
import { lookAtPart } from "../../operations/look/look";
import { Refusal } from "../../operations/switchover/choice";
import { bytes } from "../../operations/units";
import { act } from "../act";
import { acting } from "../acting";
import { type Cluster, examples, onCluster, withCluster } from "../command";
import { exitCode, Failure } from "../failure";
import { serviceOf } from "../member";
import { NewFile } from "../newFile";
import { print, progress } from "../terminal";
import { interruptible, TransferProgress } from "../transferProgress";

/** Default number of tables that are processed in parallel. */
const defaultJobs = 2;

/** `hapg dump load`: loads a dump of `hapg dump` into an empty database of the primary. */
const load = acting("load", "load a dump into an empty database, and compare it with the dump")
  .argument("<file>", "what `hapg dump` has written")
  .requiredOption("-d, --database <name>", "database to load into")
  .option(
    "--owner <role>",
    "give all to this role, and leave out grants; by default as in the dump",
  )
  .option("-j, --jobs <number>", "tables at the same time", jobs, defaultJobs)
  .addHelpText("after", examples("dump load app.dump.tar --database app"))
  .action(async (path, { database, owner, jobs: count, ...options }) => {
    await withCluster(options, (cluster) =>
      interruptible((signal) =>
        act(cluster, options, async (look) => {
          const { settings, reach } = cluster;
          const file = await readDump(path);
          const { manifest } = file;
          const member = look.members.find(isPrimary)?.name;
          if (member === undefined) throw new Refusal("There is no primary to load into");
          const target = { member, database, owner };
          const { isSecond } = await checkTarget(reach, file, target);
          const rows = manifest.tables.reduce((sum, one) => sum + one.rows, 0);
          const shown = new TransferProgress();
          return {
            plan: [
              `The dump of ${manifest.database} from ${manifest.time}, PostgreSQL ` +
                `${manifest.version}: ` +
                `${manifest.tables.length} tables, ${rows} rows, ${bytes(file.bytes)}.`,
              ...(isSecond
                ? [`What an earlier load of this dump has left in ${database} is dropped.`]
                : []),
              `It is loaded into the database ${database} on ${member}, the primary` +
                (owner === undefined ? "." : `, and belongs to ${owner}.`),
            ],
            carryOut: () =>
              loadDump(reach, settings, file, {
                ...target,
                ...{ jobs: count, onStep: shown.show, signal },
              })
                .catch((error: unknown) => {
                  progress("The database holds a part of the dump. Run the same command again.");
                  throw error;
                })
                .finally(() => shown.end()),
            done: `${database} has ${manifest.tables.length} tables and ${rows} rows, as the dump.`,
          };
        }),
      ),
    );
  });

/** `hapg dump`: dumps a database from a standby to a file on this machine. */
export const dump = onCluster("dump", "write a database to a file, from a standby")
  // Words after `load` belong to that command.
  .enablePositionalOptions()
  .option("-d, --database <name>", "database; by default the stack's only one")
  .option("--out <path>", "file, or a folder for one; by default in this folder")
  .option("-j, --jobs <number>", "tables at the same time", jobs, defaultJobs)
  .option("--member <name>", "dump this member, whatever its role")
  .addHelpText(
    "after",
    examples("dump", "dump --database app --out /backup --jobs 4", "dump load FILE --database app"),
  )
  .action(async ({ database: wanted, out = ".", jobs: count, member: named, ...where }) => {
    await withCluster(where, async (cluster) => {
      const { settings, reach } = cluster;
      const database = wanted ?? onlyDatabase(cluster);
      const member = await source(cluster, named);
      const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
      const name = `${settings.clusterName}-${database}-${time}.dump.tar`.replace(/\//g, "_");
      const file = NewFile.begin(out, name);
      const shown = new TransferProgress();
      const started = Date.now();
      try {
        const { bytes: size, ...dumped } = await interruptible((signal) =>
          dumpDatabase(reach, settings, {
            ...{ member, database, jobs: count, output: file.stream },
            ...{ onStep: shown.show, signal },
          }),
        );
        await file.complete();
        shown.end();
        const seconds = ((Date.now() - started) / 1000).toFixed(1);
        progress(
          `${dumped.tables} tables, ${dumped.rows} rows, ${bytes(size)} from ${member} in ` +
            `${seconds} s.`,
        );
        print(file.path);
      } finally {
        shown.end();
        file.discard();
      }
    });
  })
  .addCommand(load);

function onlyDatabase({ settings }: Cluster): string {
  const all = Object.keys(settings.databases);
  const [first = "postgres", ...others] = all;
  if (others.length === 0) return first;
  throw new Failure(
    `The stack has several databases: ${all.join(", ")}. Name one with --database.`,
    exitCode.wrongUsage,
  );
}

async function source(
  { settings, reach, run }: Cluster,
  named: string | undefined,
): Promise<string> {
  if (named !== undefined) {
    if (serviceOf(named, { settings }).kind === "patroni") return named;
    throw new Failure(`${named} is no member of PostgreSQL.`, exitCode.wrongUsage);
  }
  const members = await lookAtPart("members", settings, reach);
  const member = memberToDump({ members });
  if (member === undefined)
    throw new Failure(`No member answers. Run \`${run("diagnose")}\`.`, exitCode.failed);
  if (members.some((one) => one.name === member && isPrimary(one)))
    progress(`No standby streams: ${member}, the primary, is dumped.`);
  return member;
}

function jobs(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 64)
    throw new InvalidArgumentError("It must be a whole number from 1 to 64.");
  return number;
}
