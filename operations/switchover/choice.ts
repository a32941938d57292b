import { type ClusterMember, leaderOf } from "../clusterView";

/** Why a planned operation is not started. Nothing was changed. */
export class Refusal extends Error {
  constructor(reason: string) {
    super(`${reason}; nothing was changed.`);
    this.name = "Refusal";
  }
}

/** The conditions of a choice besides the present members. */
export interface ChoiceRules {
  /** Names of the expected members. */
  expected: string[];
  /** Maximum lag of the member that takes over, in bytes. */
  maximumLag: number;
  /** Whether only a synchronous standby may take over. */
  synchronous: boolean;
  /** Members that must not take over. */
  avoid: string[];
}

/** The former and the new primary. */
export interface Choice {
  from: string;
  to: string;
}

const roles = { leader: "leader", synchronous: ["sync_standby", "quorum_standby"] };

/**
 * Chooses the member that takes over: the one of that name, or the first of the standbys with the
 * least lag.
 * @throws {Refusal} if the cluster is not healthy, or the member cannot lead
 */
export function chooseCandidate(
  members: ClusterMember[],
  rules: ChoiceRules,
  wanted?: string,
): Choice {
  const leader = leaderOf(members);
  if (leader === undefined) throw new Refusal("Nobody leads");
  if (wanted === leader.name) throw new Refusal(`${wanted} leads already`);
  const standbys = members.filter((member) => member !== leader);
  const named = standbys.find(({ name }) => name === wanted);
  if (wanted !== undefined && named === undefined) {
    const known = standbys.map(({ name }) => name).join(", ");
    throw new Refusal(
      `There is no standby ${wanted}; there ${oneOrMore(standbys.length)} ${known}`,
    );
  }
  refuseUnlessHealthy(leader, standbys, rules);
  if (named !== undefined) {
    const why = whyNot(named, rules);
    if (why !== undefined) throw new Refusal(`${named.name} cannot take over: ${why}`);
    return { from: leader.name, to: named.name };
  }
  const [best] = standbys
    .filter((one) => whyNot(one, rules) === undefined)
    .sort((a, b) => Number(a.lag) - Number(b.lag));
  if (best === undefined) {
    const reasons = standbys.map((one) => `${one.name}: ${whyNot(one, rules) ?? ""}`);
    throw new Refusal(`Nobody can take over (${reasons.join("; ") || "there is no standby"})`);
  }
  return { from: leader.name, to: best.name };
}

const oneOrMore = (count: number) => (count === 1 ? "is" : "are");

/**
 * Rejects a switchover while another member is missing or not streaming: only one member might
 * remain. Such a member may also be in a restart by `up`, or in a rewind that needs the current
 * leader.
 */
function refuseUnlessHealthy(
  leader: ClusterMember,
  standbys: ClusterMember[],
  { expected }: ChoiceRules,
): void {
  const present = [leader, ...standbys].map(({ name }) => name);
  const missing = expected.filter((name) => !present.includes(name));
  const ill = [
    ...missing.map((name) => `${name} is not there`),
    ...(leader.state === "running" ? [] : [`${leader.name}, the leader, is ${leader.state}`]),
    ...standbys
      .filter(({ state }) => state !== "streaming")
      .map(({ name, state }) => `${name} does not stream: ${state}`),
  ];
  if (ill.length > 0) throw new Refusal(`The cluster is not healthy (${ill.join("; ")})`);
}

/** Why a streaming standby cannot lead; undefined if it can. */
function whyNot(
  { name, lag, tags = {}, role }: ClusterMember,
  { maximumLag, synchronous, avoid }: ChoiceRules,
): string | undefined {
  if (avoid.includes(name)) return "it is on the host that is drained";
  // The two forms of Patroni's tag.
  if (tags.nofailover === true) return "it has the tag nofailover";
  if (tags.failover_priority === 0) return "its failover_priority is 0";
  if (typeof lag !== "number") return "its lag is not known";
  if (lag > maximumLag) return `it lags ${lag} bytes, more than ${maximumLag}`;
  if (synchronous && !roles.synchronous.includes(role)) return "it is no synchronous standby";
  return undefined;
}
