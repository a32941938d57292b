import { httpsCall } from "./httpsCall";
import { until } from "./until";

/** The stack outputs for access to Patroni's REST API. */
export interface RestApi {
  restApiUrl: string;
  caCertificate: string;
}

/** A member as Patroni's REST API reports it (`GET /cluster`). */
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

/** Asks the leader's REST API for the members. */
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

/** By name, with numbers in numeric order. */
export const inOrder = (members: ClusterMember[]) =>
  members.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

/**
 * Returns the members once each of them leads or streams, or after the time. A member that has just
 * started is ready before the others know it: they learn of it once per Patroni loop.
 * @param seconds maximum wait
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

/** The leader; undefined if there is none. */
export const leaderOf = (members: ClusterMember[]): ClusterMember | undefined =>
  members.find(({ role }) => role === "leader");
