import assert from "node:assert/strict";
import { ClusterModel } from "../../support/clusterModel";
import { Random } from "../../../lab/random";
import { type Question, verdicts } from "../../support/verdicts";

const members = { patroni1: true, patroni2: true, patroni3: true };
const seed = Number(process.env.HAPG_SEED ?? 1);

interface Scene {
  model: ClusterModel;
  mode: "off" | "on" | "quorum";
  fates: Map<string, "kept" | "lost" | "an older copy">;
  present: string[];
  question: Question;
}

function scenes(count: number): Scene[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const mode = random.one(["off", "on", "quorum"] as const);
    const model = new ClusterModel(random, mode);
    model.live(Math.floor(random.next() * 12));
    const fates = new Map(
      model.names.map((name) => {
        const fate = random.one(["kept", "kept", "kept", "lost", "an older copy"] as const);
        return [name, fate === "an older copy" && !model.isKnownToBeOlder(name) ? "kept" : fate];
      }),
    );
    const present = model.names.filter(() => random.chance(0.75));
    const disks = Object.fromEntries(
      present.map((name) => [name, model.factsOf(name, fates.get(name) ?? "kept")]),
    );
    return { model, mode, fates, present, question: { members, disks, record: model.record() } };
  });
}

const intact = ({ model, fates }: Scene) =>
  model.names.filter((name) => fates.get(name) === "kept");

describe("the verdict on parts of a cluster's life", () => {
  const all = scenes(20_000);
  const answers = verdicts(all.map(({ question }) => question));
  const judge = (check: (scene: Scene, leader: string | null, reason: string) => void) => {
    for (const [i, scene] of all.entries()) {
      const { leader = null, reason = "" } = answers[i] ?? {};
      try {
        check(scene, leader, reason);
      } catch (error) {
        const told = {
          ...scene.question,
          fates: [...scene.fates],
          last: scene.model.leader,
          leader,
          reason,
        };
        throw new Error(`${String(error)}\n${JSON.stringify(told, null, 1)}`, { cause: error });
      }
    }
  };

  it("gives nothing up that is on a disk that is here or may come back", () => {
    let judged = 0;
    judge((scene, leader) => {
      if (leader === null) return;
      const { model, fates } = scene;
      const holders = intact(scene).filter((name) => model.has(name, model.acknowledged));
      if (holders.length === 0) return;
      judged++;
      assert.equal(fates.get(leader), "kept", "an older copy leads");
      assert.ok(model.has(leader, model.acknowledged), "it has not all that was acknowledged");
    });
    assert.ok(judged > 5000, String(judged));
  });

  it("finds a leader as soon as the last one's disk is here, and where all are here", () => {
    judge((scene, leader, reason) => {
      const { model, fates, present } = scene;
      const isLastHere = present.includes(model.leader) && fates.get(model.leader) === "kept";
      const hasData = present.some((name) => fates.get(name) !== "lost");
      if (present.length < 3 && !(isLastHere && !/may have led/.test(reason))) return;
      if (hasData) assert.notEqual(leader, null, reason);
    });
  });

  it("needs one of the two with synchronous replication, and a quorum's standbys", () => {
    judge(({ model, mode, fates, present, question }, leader, reason) => {
      if (mode === "off" || /may have led/.test(reason)) return;
      const standbys = (question.record.sync?.sync_standby ?? "").split(",");
      const here = standbys
        .filter((name) => present.includes(name) && fates.get(name) === "kept")
        .filter((name) => model.has(name, question.record.position ?? 0));
      if (here.length === standbys.length) assert.notEqual(leader, null, reason);
    });
  });
});
