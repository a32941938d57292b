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
 * Time limit, in seconds, after which clients continue whatever the state of the switchover. A
 * longer one is a failover, and clients see it as such.
 */
const holdSeconds = 15;

const shell = (name: string, ...words: (string | number)[]) => [
  ...["sh", "-c", programText(`switchover/${name}.sh`), name],
  ...words.map(String),
];

/** The services that take part in a switchover, ready for it. */
export class Participants {
  private constructor(
    readonly pools: Participant[],
    readonly routers: Participant[],
    /** The member that takes over. */
    readonly candidate: Participant[],
    /** The former primary; it receives no commands. */
    private readonly leader: Participant[],
  ) {}

  /**
   * Prepares all of them in parallel.
   * @param waitSeconds how long transactions in the pool may take to end
   * @throws {Refusal} if one of them cannot take part
   */
  static async gather(
    reach: Reach,
    settings: Settings,
    { pools, routers }: Services,
    { from, to }: Choice,
    waitSeconds: number,
  ): Promise<Participants> {
    const start = (service: string, words: string[]) => Participant.start(reach, service, words);
    const hold = shell(
      "hold-pool",
      ...[waitSeconds, holdSeconds],
      ...["postgres", ...Object.keys(settings.databases)].map(pooledReadName),
    );
    const route = shell("route-to", from, to);
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

  /** Ends all of them and waits for that. A pool with waiting clients lets them continue. */
  async end(): Promise<void> {
    const all = [...this.pools, ...this.routers, ...this.candidate, ...this.leader];
    await Promise.all(all.map((one) => one.end()));
  }
}
