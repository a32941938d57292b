import assert from "node:assert/strict";
import { type FakeConfig, type Outcome, play, type Scenario } from "../support/fakeCluster";

const members = ["patroni1", "patroni2", "patroni3"];
const good = { work_mem: "4MB", max_connections: 100, max_replication_slots: 20 };
const poison = { shared_preload_libraries: "auto_explain" };
const breaking = { default_transaction_isolation: "serializable" };

const configOf = (parameters: object, others: object = {}): FakeConfig => ({
  loop_wait: 1,
  ttl: 20,
  ...others,
  postgresql: { parameters: { ...good, ...parameters } },
});
const step = (name: "patch" | "settle", parameters: object, ...names: string[]) => ({
  run: [name, JSON.stringify(configOf(parameters)), ...(names.length === 0 ? members : names)],
});
const cluster = (others: Partial<Scenario["cluster"]> = {}): Scenario["cluster"] => ({
  config: configOf({}),
  members,
  leader: "patroni1",
  ...others,
});
const statuses = ({ endings }: Outcome) => endings.map(({ status }) => status);
/** A parameter's value that each member runs with. */
const running = ({ members: all }: Outcome, parameter: string) =>
  Object.values(all).map(({ running: values }) => values[parameter]);
const started = ({ members: all }: Outcome) =>
  Object.keys(all).filter((name) => all[name]?.starts.length !== 0);
const noted = ({ config: { hapg } }: Outcome) => [hapg?.former, hapg?.trial];
const said = ({ endings }: Outcome) => endings.map(({ output }) => output).join("\n");

// Against members that only pretend: what matters is the order, and what is left whenever it is cut
// short.
describe("the cluster tool", function () {
  this.timeout(600_000);
  const one = async (scenario: Scenario): Promise<Outcome> => {
    const [outcome] = await play([scenario]);
    assert.ok(outcome !== undefined);
    return outcome;
  };

  it("tries on one standby, that no commit waits for, what needs a restart", async () => {
    const change = { max_connections: 120 };
    const [tried, settled] = await play([
      { cluster: cluster({ sync: "patroni2" }), actions: [step("patch", change)] },
      { cluster: cluster(), actions: [step("patch", change), step("settle", change)] },
    ]);
    assert.ok(tried !== undefined && settled !== undefined);
    assert.deepEqual(started(tried), ["patroni3"], said(tried));
    assert.deepEqual(running(settled, "max_connections"), [120, 120, 120], said(settled));
    assert.equal(settled.leader, "patroni2");
    assert.ok(Object.values(settled.members).every(({ starts }) => starts.length === 1));
    assert.deepEqual(noted(settled), [undefined, undefined]);
  });

  it("puts the former configuration back if that standby does not follow again", async () => {
    const wrong = { ...poison, work_mem: "8MB" };
    const found = await one({
      cluster: cluster({ poison, config: configOf({}, { edited: "by hand" }) }),
      actions: [step("patch", wrong), step("settle", { work_mem: "8MB" })],
    });
    assert.deepEqual(statuses(found), [101, 0], said(found));
    assert.match(
      said(found),
      /patroni2 does not follow the leader with the changed configuration \(state: start failed\)\nThe former configuration is back in effect\./,
    );
    assert.ok(!started(found).includes("patroni1"));
    assert.ok(!started(found).includes("patroni3"));
    assert.deepEqual(running(found, "shared_preload_libraries"), Array(3).fill(undefined));
    assert.deepEqual(running(found, "work_mem"), ["8MB", "8MB", "8MB"]);
    assert.deepEqual(noted(found), [undefined, undefined]);
    assert.equal(found.config.edited, "by hand");
  });

  /** Kills the tool after each change that it asks for in turn, and then goes on. */
  const cutShort = (
    whole: Scenario["cluster"],
    first: Scenario["actions"][number],
    ...then: Scenario["actions"]
  ) =>
    Array.from({ length: 6 }, (_, i) => ({
      cluster: whole,
      actions: [{ ...first, dieAfter: i + 1 }, ...then],
    }));

  for (const name of ["patch", "settle"] as const) {
    const bad = step(name, poison);

    it(`is cut short at any change in ${name}: the same again ends as it would have`, async () => {
      const found = await play(cutShort(cluster({ poison }), bad, bad));
      assert.ok(found.some((outcome) => statuses(outcome)[0] === null));
      for (const outcome of found) {
        assert.ok((statuses(outcome)[1] ?? 0) >= 100, said(outcome));
        assert.deepEqual(running(outcome, "shared_preload_libraries"), Array(3).fill(undefined));
        assert.deepEqual(outcome.config.postgresql.parameters, good);
        assert.ok(!started(outcome).includes("patroni1"), said(outcome));
      }
    });

    it(`is cut short at any change in ${name}: a corrected file is in effect after it`, async () => {
      const correct = { max_connections: 120 };
      const then = [step("patch", correct), step("settle", correct)];
      for (const outcome of await play(cutShort(cluster({ poison }), bad, ...then))) {
        assert.deepEqual(statuses(outcome).slice(1), [0, 0], said(outcome));
        assert.deepEqual(running(outcome, "shared_preload_libraries"), Array(3).fill(undefined));
        assert.deepEqual(running(outcome, "max_connections"), [120, 120, 120], said(outcome));
        assert.deepEqual(noted(outcome), [undefined, undefined]);
        const leaderStarts = outcome.members.patroni1?.starts ?? [];
        assert.ok(leaderStarts.every((values) => values.shared_preload_libraries === undefined));
      }
    });
  }

  it("needs no member that answers", async () => {
    const config = configOf(poison, { hapg: { parameters: Object.keys({ ...good, ...poison }) } });
    const found = await one({
      cluster: cluster({ config, poison, leader: null }),
      actions: [{ members, set: { silent: true, state: "start failed" } }, step("patch", {})],
    });
    assert.deepEqual(statuses(found), [0], said(found));
    assert.deepEqual(found.config.postgresql.parameters, good);
    assert.deepEqual(running(found, "shared_preload_libraries"), Array(3).fill(undefined));
  });

  it("goes on where a failed update left a member that does not start", async () => {
    const found = await one({
      cluster: cluster({ poison }),
      actions: [
        { members: ["patroni1"], set: { silent: true } },
        { members: ["patroni3"], set: { state: "start failed" } },
        step("patch", { work_mem: "8MB" }),
        { members: ["patroni1"], set: { silent: false } },
        step("settle", { work_mem: "8MB" }),
      ],
    });
    assert.deepEqual(statuses(found), [0, 0], said(found));
    assert.deepEqual(running(found, "work_mem"), ["8MB", "8MB", "8MB"]);
    assert.deepEqual(noted(found), [undefined, undefined]);
  });

  it("takes back what needs a reload only, and breaks a member", async () => {
    const found = await one({
      cluster: cluster({ breaking }),
      actions: [step("patch", breaking)],
    });
    assert.deepEqual(statuses(found), [101], said(found));
    assert.deepEqual(found.config.postgresql.parameters, good);
    assert.deepEqual(started(found), []);
  });

  it("does not restart a leader whose standbys are all away", async () => {
    const found = await one({
      cluster: cluster(),
      actions: [
        { members: ["patroni2", "patroni3"], set: { gone: true, silent: true } },
        step("patch", poison),
        step("settle", poison),
      ],
    });
    assert.deepEqual(statuses(found), [0, 1], said(found));
    assert.match(said(found), /patroni1 leads and is not restarted: no standby runs with the new/);
    assert.deepEqual(started(found), []);
  });

  it("restarts the only member, and puts the former configuration back if that fails", async () => {
    const alone = { members: ["patroni1"], leader: "patroni1", poison };
    const found = await one({
      cluster: cluster(alone),
      actions: [step("patch", poison, "patroni1"), step("settle", poison, "patroni1")],
    });
    assert.match(said(found), /patroni1 is the only member: there is no standby to try the change/);
    assert.deepEqual(statuses(found), [0, 100], said(found));
    assert.deepEqual(running(found, "shared_preload_libraries"), [undefined]);
  });

  it("lets the leader go first for lowered values only, once standbys have tried the rest", async () => {
    const raised = configOf({ max_connections: 120 });
    const mixed = { max_connections: 110, max_replication_slots: 30 };
    const found = await one({
      cluster: cluster({ config: raised }),
      actions: [step("patch", mixed), step("settle", mixed)],
    });
    assert.deepEqual(statuses(found), [0, 0], said(found));
    assert.deepEqual(running(found, "max_connections"), [110, 110, 110], said(found));
    assert.deepEqual(running(found, "max_replication_slots"), [30, 30, 30]);
    const order = said(found).match(/patroni\d(?=: restarting)|max_connections: 120 -> 110$/gm);
    assert.deepEqual(order, [
      ...["patroni2", "patroni3", "max_connections: 120 -> 110"],
      ...["patroni2", "patroni1", "patroni3"],
    ]);
  });

  it("changes nothing while the cluster is paused", async () => {
    const paused = configOf({}, { pause: true });
    const found = await one({
      cluster: cluster({ config: paused }),
      actions: [step("patch", { work_mem: "8MB" })],
    });
    assert.deepEqual(statuses(found), [1]);
    assert.match(said(found), /the cluster is paused: .*`patronictl .* resume --wait`/);
    assert.deepEqual(found.config, paused);
  });

  it("keeps what somebody else changes at the same time", async () => {
    const found = await one({
      cluster: cluster(),
      actions: [{ interfering: { edited: "meanwhile" } }, step("patch", { work_mem: "8MB" })],
    });
    assert.deepEqual(statuses(found), [0], said(found));
    assert.equal(found.config.edited, "meanwhile");
    assert.equal(found.config.postgresql.parameters.work_mem, "8MB");
  });

  it("takes no standby on another timeline for one that follows", async () => {
    const found = await one({
      cluster: cluster(),
      actions: [
        { members: ["patroni2"], set: { timeline: 7 } },
        step("patch", { max_connections: 120 }),
      ],
    });
    assert.deepEqual(statuses(found), [101], said(found));
  });
});
