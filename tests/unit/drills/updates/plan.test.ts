import assert from "node:assert/strict";
import { parseSettings } from "../../../../configs/settings/parse";
import { changeKinds } from "../../../../drills/updates/changes";
import { planRound, type RoundPlan } from "../../../../drills/updates/plan";
import type { StackSettings } from "../../../../lab/cluster/testEnvironment";
import { merged } from "../../../../lab/cluster/merged";
import { Random } from "../../../../lab/random";

const base: StackSettings = { clusterName: "drilled", roles: { app: {} } };
const parsed = (settings: StackSettings) => parseSettings(JSON.parse(JSON.stringify(settings)));
const noRoom = () => Promise.resolve({});

/** Plans of rounds, each on the settings that those before it leave. */
async function planned(seed: number, rounds: number): Promise<RoundPlan[]> {
  const plans: RoundPlan[] = [];
  let now = base;
  for (let round = 1; round <= rounds; round++) {
    const plan = await planRound(seed, round, now, noRoom);
    now = merged(now, plan.changes);
    plans.push(plan);
  }
  return plans;
}

describe("the changes of the update drill", () => {
  for (const { name, settings } of changeKinds) {
    it(`are valid one after the other: ${name}`, () => {
      const random = new Random(7);
      let now = base;
      for (let i = 0; i < 40; i++) {
        now = merged(now, settings(random, parsed(now)));
        assert.doesNotThrow(() => parsed(now), JSON.stringify(now));
      }
    });
  }
});

describe("the plan of the update drill", () => {
  let plans: RoundPlan[];
  before(async () => {
    plans = await planned(18, 100);
  });

  it("leaves a valid stack file that differs from the one before in each round", () => {
    let now = base;
    for (const { changes } of plans) {
      const next = merged(now, changes);
      assert.notDeepEqual(parsed(next), parsed(now));
      now = next;
    }
  });

  it("has every kind of change, kill and killed service in a hundred rounds", () => {
    const kinds = new Set(plans.flatMap((plan) => plan.kinds));
    assert.deepEqual([...kinds].sort(), changeKinds.map(({ name }) => name).sort());
    assert.equal(new Set(plans.map(({ kill }) => kill.scope)).size, 2);
    const killed = plans.flatMap(({ memberKill }) => memberKill ?? []);
    assert.equal(new Set(killed.map(({ who, returns }) => `${who} ${returns}`)).size, 6);
    const { members } = parsed(plans.map(({ changes }) => changes).reduce(merged, base)).postgres;
    assert.ok(members === 3 || members === 4);
  });

  it("kills within the time that the longest change takes", () => {
    for (const { kinds, kill } of plans) {
      const longest = changeKinds.filter(({ name }) => kinds.includes(name));
      const limit = 1 + Math.max(...longest.map(({ seconds }) => seconds));
      assert.ok(kill.afterSeconds >= 1 && kill.afterSeconds <= limit, `${kill.afterSeconds} s`);
    }
  });

  it("is the same for the same seed, and another for another", async () => {
    assert.deepEqual(await planned(18, 20), plans.slice(0, 20));
    assert.notDeepEqual(await planned(19, 20), plans.slice(0, 20));
  });

  it("asks for room for the members that it has chosen", async () => {
    const asked: number[] = [];
    const room = (members: number) => {
      asked.push(members);
      return Promise.resolve({ docker: { publishAddress: "127.0.0.2" } });
    };
    const plan = await planRound(1, 1, merged(base, { postgres: { members: 4 } }), room);
    assert.ok(asked.every((members) => members === 3 || members === 4));
    assert.deepEqual(plan.changes.docker, { publishAddress: "127.0.0.2" });
  });
});
