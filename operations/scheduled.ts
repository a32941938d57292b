import type { Look } from "./look/look";
import type { MemberFacts } from "./look/memberFacts";

/** A scheduled action of Patroni. */
export interface Scheduled {
  what: "switchover" | "restart";
  /** The member that restarts; undefined for a switchover. */
  member?: string;
  /** One line for the operator. */
  text: string;
}

/** Patroni's scheduled actions, as reported by the first member that knows the cluster. */
export function scheduledIn({ members }: Pick<Look, "members">): Scheduled[] {
  const cluster = members.flatMap(({ facts }) => facts?.cluster.value ?? [])[0];
  return cluster === undefined ? [] : [...switchoverIn(cluster), ...restartsIn(cluster)];
}

type ClusterFacts = NonNullable<MemberFacts["cluster"]["value"]>;

const switchoverIn = ({ scheduled_switchover: planned }: ClusterFacts): Scheduled[] =>
  planned === undefined
    ? []
    : [
        {
          what: "switchover",
          text:
            `switchover from ${planned.from ?? "the primary"} to ${planned.to ?? "any standby"} ` +
            `at ${planned.at}`,
        },
      ];

const restartsIn = ({ members }: ClusterFacts): Scheduled[] =>
  members.flatMap(({ name, scheduled_restart: planned }) =>
    planned === undefined
      ? []
      : [{ what: "restart", member: name, text: `restart of ${name} at ${planned.schedule}` }],
  );
