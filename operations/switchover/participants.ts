import { programText } from "../../programs/load";
import { clusterTool } from "../../programs/programs";
import { pooledReadName } from "../../configs/cluster/connectionStrings";
import { paths } from "../../configs/cluster/paths";
import type { Settings } from "../../configs/settings/schema";
import type { Reach } from "../../platforms/reach";
import { type Choice, Refusal } from "./choice";
import { Participant } from "./participant";
import type { Services } from "./services";

/**
 * Clients go on after this, whatever has become of the switchover, in seconds: one that takes longer has become a
 * failover, which they see as they see any.
 */
const holdSeconds = 15;

const shell = (name: string, ...words: (string | number)[]) => [
  ...["sh", "-c", programText(`switchover/${name}.sh`), name],
  ...words.map(String),
];

/** The services that take part in a switchover, ready. */
export class Participants {
  private constructor(
    readonly pools: Participant[],
    readonly routers: Participant[],
    /** The member that takes over. */
    readonly candidate: Participant[],
    /** The one that hands over; it is told nothing. */
    private readonly leader: Participant[],
  ) {}

  /**
   * Has all get ready at the same time.
   * @param waitSeconds how long transactions in the pool may take to end
   * @throws {Refusal} if one of them cannot
   */
  static async gather(
    reach: Reach,
    settings: Settings,
    { pools, routers }: Services,
    { from, to }: Choice,
    waitSeconds: number,
  ): Promise<Participants> {
    const start = (service: string, words: string[]) => Participant.start(reach, service, words);
    const { port } = settings.pgbouncer;
    const hold = shell(
      "hold-pool",
      ...[port, waitSeconds, holdSeconds],
      ...["postgres", ...Object.keys(settings.databases)].map(pooledReadName),
    );
    const route = shell("route-to", from, to, settings.haproxy.statsPort);
    const takeOver = ["python3", "-c", clusterTool, "take-over", from];
    const starts = [
      ...pools.map((pool) => start(pool, hold)),
      ...routers.map((router) => start(router, route)),
      start(to, takeOver),
      start(from, shell("hand-over", paths.handOverNote)),
    ];
    const results = await Promise.allSettled(starts);
    const ready = results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failed = results.find((one) => one.status === "rejected");
    if (failed !== undefined) {
      await Promise.all(ready.map((one) => one.end()));
      throw new Refusal((failed.reason as Error).message);
    }
    const those = (names: string[]) => ready.filter(({ service }) => names.includes(service));
    return new Participants(those(pools), those(routers), those([to]), those([from]));
  }

  /** Lets all of them end, and waits for that: a pool whose clients still wait lets them go on. */
  async end(): Promise<void> {
    const all = [...this.pools, ...this.routers, ...this.candidate, ...this.leader];
    await Promise.all(all.map((one) => one.end()));
  }
}
