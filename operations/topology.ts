import type { Settings } from "../configs/settings/schema";
import type { Look } from "./look/look";
import type { Sender } from "./look/memberFacts";
import { type MemberStatus, statusOf } from "./status";

/** A member, and the members that stream from it. */
export interface ReplicationNode extends Pick<
  MemberStatus,
  "name" | "host" | "role" | "state" | "timeline"
> {
  /**
   * WAL that its source has not sent yet, and WAL that is not replayed yet, in bytes; null on the
   * primary.
   */
  sendLagBytes: number | null;
  replayLagBytes: number | null;
  replayLagSeconds: number | null;
  standbys: ReplicationNode[];
}

/** The replication topology. */
export interface Topology {
  cluster: string;
  /** The primary with its standbys; null if there is no primary. */
  primary: ReplicationNode | null;
  /** Members that stream from no other member, with the members that stream from them. */
  detached: ReplicationNode[];
}

/** Arranges the members by replication source, including cascades. */
export function topologyOf(look: Look, settings: Settings): Topology {
  const { cluster, primary, members } = statusOf(look, settings);
  const sources = sourcesIn(look);
  const node = ({ name, host, role, state, timeline }: MemberStatus): ReplicationNode => {
    const sender = sources.get(name)?.sender;
    return {
      ...{ name, host, role, state: sender?.state ?? state, timeline },
      sendLagBytes: sender?.sentLagBytes ?? null,
      replayLagBytes: sender?.replayLagBytes ?? null,
      replayLagSeconds: sender?.replayLagSeconds ?? null,
      standbys: members.filter((one) => sources.get(one.name)?.from === name).map(node),
    };
  };
  const leader = members.find(({ name }) => name === primary);
  return {
    cluster,
    primary: leader === undefined ? null : node(leader),
    detached: members.filter(({ name }) => name !== primary && !sources.has(name)).map(node),
  };
}

/** The replication source of each standby. */
const sourcesIn = ({ members }: Look): Map<string, { from: string; sender: Sender }> =>
  new Map(
    members.flatMap(({ name: from, facts }) =>
      (facts?.database.value?.senders ?? []).map((sender) => [sender.name, { from, sender }]),
    ),
  );
