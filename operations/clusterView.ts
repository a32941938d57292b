import { httpsCall } from "./httpsCall";
import { until } from "./until";

/** The stack outputs that lead to Patroni's REST API. */
export interface RestApi {
  restApiUrl: string;
  caCertificate: string;
}

/** A member as Patroni's REST API tells of it (`GET /cluster`). */
export interface ClusterMember {
  name: string;
  role: string;
  state: string;
  host?: string;
  timeline?: number;
  lag?: number | string;
  pending_restart?: boolean;
  tags?: Record<string, unknown>;
}

/** Asks the leader's REST API who is there. */
export async function clusterMembers({
  restApiUrl,
  caCertificate,
}: RestApi): Promise<ClusterMember[]> {
  const { status, text } = await httpsCall(`${restApiUrl}/cluster`, { ca: caCertificate });
  if (status !== 200) throw new Error(`${restApiUrl}/cluster answers ${status}`);
  const { members } = JSON.parse(text) as { members: ClusterMember[] };
  return inOrder(members);
}

/** Asks Patroni for the members of the cluster. */
export type AskMembers = () => Promise<ClusterMember[]>;

/** By name; numbers in names count as numbers. */
export const inOrder = (members: ClusterMember[]) =>
  members.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

/**
 * The members, once each of them leads or streams, or after the time. A member that has just started is ready before the
 * others know of it: they learn of it once per loop of Patroni.
 * @param seconds to wait at most
 */
export async function settledMembers(ask: AskMembers, seconds: number): Promise<ClusterMember[]> {
  let members: ClusterMember[] = [];
  const areSettled = async () => {
    members = await ask();
    return members.every(({ role, state }) => role === "leader" || state === "streaming");
  };
  await until(seconds, areSettled, 500);
  return members;
}

/** The member that leads; undefined if none does. */
export const leaderOf = (members: ClusterMember[]): ClusterMember | undefined =>
  members.find(({ role }) => role === "leader");
