import { paths } from "../../configs/cluster/paths";
import type { Drill } from "../drill";
import type { Scenario } from "../scenario";
import { aims } from "./aims";

/**
 * Storage of a standby fails: the fault must stay on that standby, be reported, and be repaired by
 * reinit.
 */
export const storageScenarios: Scenario[] = [
  {
    id: "H14-page",
    title: "a page of a standby's data overwritten",
    aim: aims.unnoticed,
    run: async (drill) => {
      const [standby = "", other = ""] = drill.watch.standbys;
      const { leader } = drill.watch;
      const count = "SELECT count(*) FROM ballast";
      await drill.onMember(
        leader,
        "CREATE TABLE ballast AS SELECT repeat('x', 500) FROM generate_series(1, 1000); CHECKPOINT",
      );
      try {
        const file = await drill.onMember(leader, "SELECT pg_relation_filepath('ballast')");
        await drill.expectWithin(10, `${standby} has the table`, () =>
          reads(drill, standby, count),
        );
        await drill.strike(`a page of a table on ${standby} overwritten`, async () => {
          await drill.onMember(standby, "CHECKPOINT");
          await overwritePage(drill, standby, file);
          // Its memory still has intact pages.
          await drill.faults.killPostgres(standby);
        });
        await drill.expectWithin(
          60,
          `${standby} runs again`,
          () => drill.watch.last(standby).state === "standby",
        );
        drill.expect(`${standby} reports the page`, !(await reads(drill, standby, count)));
        drill.expect(`${other} is not touched`, other === "" || (await reads(drill, other, count)));
        drill.seen(`reinit of ${standby}`);
        await reinit(drill, standby);
        await drill.expectWithin(120, `${standby} can be read again`, () =>
          reads(drill, standby, count),
        );
      } finally {
        await drill.onMember(drill.watch.leader, "DROP TABLE ballast");
      }
    },
  },
  {
    id: "H14-full",
    title: "a standby's volume full",
    aim: aims.unnoticed,
    run: async (drill) => {
      const [standby = ""] = drill.watch.standbys;
      await drill.inject(`no room left for ${standby}'s WAL`, () => drill.faults.fillWal(standby));
      await drill.expectWithin(
        60,
        `${standby} streams no more`,
        () => !drill.watch.last(drill.watch.leader).streaming.includes(standby),
      );
      await drill.holdsFor(10, "one member leads", () => drill.watch.writable.length === 1);
    },
  },
];

/** Whether a member answers a query. */
async function reads(drill: Drill, member: string, sql: string): Promise<boolean> {
  try {
    await drill.onMember(member, sql);
    return true;
  } catch {
    return false;
  }
}

async function overwritePage(drill: Drill, member: string, file: string): Promise<void> {
  const { postgres } = drill.cluster.settings;
  const path = `${paths.pgData(postgres.version)}/${file}`;
  const words = ["dd", "if=/dev/urandom", `of=${path}`, "bs=1024", "seek=20", "count=2"];
  const { status, output } = await drill.cluster.reach.execute(member, [...words, "conv=notrunc"]);
  if (status !== 0) throw new Error(`${member}: ${output}`);
}

/** Deletes a member's data and copies it again, as an operator would. */
async function reinit(drill: Drill, member: string): Promise<void> {
  const { clusterName } = drill.cluster.settings;
  const words = ["patronictl", "-c", paths.patroniYml, "reinit", clusterName, member];
  const { status, output } = await drill.cluster.reach.execute(member, [...words, "--force"]);
  drill.expect(`reinit of ${member} begins`, status === 0, output.trim());
}
