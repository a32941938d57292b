import { activityOf, locksOf, type Session } from "../../operations/activity";
import { duration } from "../../operations/units";
import { examples, onCluster, withCluster } from "../command";
import { primaryOf } from "../member";
import { print, printJson } from "../terminal";
import { textTable } from "../textTable";
import type { Reach } from "../../platforms/reach";

/** `hapg activity`: sessions that are not idle. */
export const activity = sessionsCommand("activity", "show sessions that are not idle", activityOf);

/** `hapg locks`: sessions that block each other. */
export const locks = sessionsCommand(
  "locks",
  "show sessions that wait for locks, and their blockers",
  locksOf,
);

function sessionsCommand(
  name: string,
  description: string,
  ask: (reach: Reach, member: string) => Promise<Session[]>,
) {
  return onCluster(name, description)
    .argument("[member]", "such as patroni2; by default the primary")
    .option("--json", "print JSON")
    .addHelpText("after", examples(name, `${name} patroni2`))
    .action(async (member, { json, ...where }) => {
      await withCluster(where, async (cluster) => {
        const found = await ask(cluster.reach, member ?? (await primaryOf(cluster)));
        if (json === true) printJson(found);
        else print(found.length === 0 ? "None." : table(found));
      });
    });
}

const head = [
  ...["PID", "USER", "DATABASE", "CLIENT", "STATE", "WAITS FOR"],
  ...["TRANSACTION", "STATEMENT", "BLOCKED BY", "QUERY"],
];

const table = (sessions: Session[]): string =>
  textTable([
    head,
    ...sessions.map((one) => [
      String(one.pid),
      one.user ?? "",
      one.database ?? "",
      one.client ?? "local",
      one.state,
      one.waitsFor ?? "",
      age(one.transactionSeconds),
      age(one.statementSeconds),
      one.blockedBy.join(", "),
      one.statement.slice(0, 80),
    ]),
  ]).join("\n");

const age = (seconds: number | null) => (seconds === null ? "" : duration(Math.max(0, seconds)));
