import assert from "node:assert/strict";
import { paths } from "../../../../configs/cluster/paths";
import type { ClusterUnderTest } from "../../../../lab/cluster/clusterUnderTest";
import { eventually, query } from "../../../../lab/writer";
import { askRepository, onRepository, takeBackup } from "../../../../operations/backup/repository";
import { diagnose } from "../../../../operations/diagnose";
import { lookAt } from "../../../../operations/look/look";
import type { Backup, RepositoryFacts } from "../../../../operations/look/repositoryFacts";
import { reachOf } from "../../../../platforms/byPlatform";
import type { Reach } from "../../../../platforms/reach";

/** The backups of a cluster under test. */
export class ClusterBackups {
  constructor(private readonly cluster: ClusterUnderTest) {}

  /** Runs an action with a connection to the cluster's services. */
  async withReach<T>(action: (reach: Reach) => Promise<T>): Promise<T> {
    const reach = reachOf(this.cluster.parsedSettings);
    try {
      return await action(reach);
    } finally {
      await reach.close();
    }
  }

  /** What the repository knows. */
  readonly facts = (): Promise<RepositoryFacts> =>
    this.withReach((reach) => askRepository(this.cluster.parsedSettings, reach));

  /** Takes a backup. */
  readonly take = (type: Backup["type"]): Promise<Backup> =>
    this.withReach((reach) => takeBackup(this.cluster.parsedSettings, reach, type));

  /** Has the repository carry out an action. */
  readonly act = (...words: string[]): Promise<void> =>
    this.withReach((reach) => onRepository(this.cluster.parsedSettings, reach, words));

  /** Names of what `hapg diagnose` finds. */
  readonly findings = (): Promise<string[]> =>
    this.withReach(async (reach) => {
      const settings = this.cluster.parsedSettings;
      const look = await lookAt(settings, reach);
      return diagnose({ look, settings, run: (...words) => words.join(" ") }).map(({ id }) => id);
    });

  /** Waits until `hapg diagnose` finds just this: a standby may lag for a moment. */
  untilFound(names: string[]): Promise<void> {
    return eventually(30, async () => assert.deepEqual(await this.findings(), names));
  }

  /** Runs a query on the primary. */
  readonly inWrite = async <Row>(sql: string): Promise<Row[]> =>
    query<Row>((await this.cluster.strings()).write, sql);

  /** The value of a query with one row and one column, as text. It runs as the superuser. */
  async value(sql: string): Promise<string> {
    const leader = await this.cluster.leader();
    const psql = `${paths.pgBin(this.cluster.parsedSettings.postgres.version)}/psql`;
    return this.withReach(async (reach) => {
      const { status, output } = await reach.execute(leader, [psql, "-XqAtc", sql]);
      assert.equal(status, 0, output);
      return output.trim();
    });
  }

  /** The rows of the table `kept`. */
  async numbers(): Promise<number[]> {
    return (await this.inWrite<{ i: number }>("SELECT i FROM kept ORDER BY i")).map(({ i }) => i);
  }

  /** The time on the primary, after the last commit and before the next. */
  async now(): Promise<string> {
    const time =
      "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    const found = await this.value(time);
    await this.inWrite("SELECT pg_sleep(0.1)");
    return found;
  }
}
