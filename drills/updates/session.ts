import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { StackSettings } from "../../lab/cluster/testEnvironment";
import { merged } from "../../lab/cluster/merged";
import type { UpdateDrillArguments } from "./arguments";
import type { UpdateDrillCluster } from "./environment";
import { type MakeRoom, planRound } from "./plan";
import { roundText, type UpdateRound } from "./result";
import { UpdateRoundRun } from "./round";

/** Rounds of the update drill on one cluster. Results are printed and written as they come. */
export class UpdateDrillSession {
  readonly results: UpdateRound[] = [];
  private readonly makeRoom: MakeRoom;

  constructor(
    private readonly cluster: UpdateDrillCluster,
    private readonly wanted: Pick<UpdateDrillArguments, "seed" | "from" | "rounds" | "folder">,
    private readonly say: (text: string) => void = console.log,
  ) {
    this.makeRoom = (members, etcd) => this.cluster.own.environment.makeRoom(members, etcd);
  }

  /** Brings the cluster up with the settings after the rounds before the first one. */
  async begin(): Promise<void> {
    const { own } = this.cluster;
    const { seed, from } = this.wanted;
    let changes: StackSettings = {};
    for (let round = 1; round < from && !own.isAdopted; round++) {
      const now = merged(own.stackSettings, changes);
      changes = merged(changes, (await planRound(seed, round, now, this.makeRoom)).changes);
    }
    if (own.isAdopted) await this.repair();
    // A new cluster starts with its first CA.
    else own.change(merged(changes, { credentials: { authority: undefined } }));
    await own.up();
    await own.untilStreaming(120, own.parsedSettings.postgres.members);
  }

  /** Runs all rounds, or stops when the cluster does not recover from one. */
  async run(): Promise<void> {
    const { from, rounds } = this.wanted;
    for (let round = from; round < from + rounds; round++) {
      if (!(await this.round(round)).isHealthy) return;
    }
  }

  /** Runs one round. */
  async round(round: number): Promise<UpdateRound> {
    const { own, open } = this.cluster;
    const { seed } = this.wanted;
    const plan = await planRound(seed, round, own.stackSettings, this.makeRoom);
    const result = await new UpdateRoundRun(own, open, seed, plan).run();
    this.add(result);
    return result;
  }

  /** Repairs a kept cluster after an interrupted run. */
  private async repair(): Promise<void> {
    const { own, open } = this.cluster;
    await own.stack.unlock();
    const { faults, reach } = await open();
    await faults.repair();
    await reach.close();
  }

  private add(result: UpdateRound): void {
    this.results.push(result);
    this.say(roundText(result));
    mkdirSync(this.wanted.folder, { recursive: true });
    const file = join(this.wanted.folder, "drill-updates.jsonl");
    appendFileSync(file, `${JSON.stringify(result)}\n`);
  }
}
