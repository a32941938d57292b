/** What `etcdctl endpoint status --cluster -w json` prints of a member, as far as it is used. */
interface EndpointStatus {
  Endpoint: string;
  Status: {
    // Too large for a number of JavaScript's, and rounded in the same way wherever it stands.
    header: { member_id: number };
    /** Left out if it knows of none. */
    leader?: number;
    raftTerm: number;
    /** What is wrong with it. */
    errors?: string[];
  };
}

/** The arguments that etcdctl takes for it. */
export const etcdStatusWords = ["endpoint", "status", "--cluster", "-w", "json"];

/**
 * The client URL of the member that leads etcd; undefined if none does.
 * @param printed by etcdctl
 */
export function leadingEndpoint(printed: string): string | undefined {
  const members = JSON.parse(printed) as EndpointStatus[];
  return members.find(({ Status }) => Status.header.member_id === Status.leader)?.Endpoint;
}

/**
 * Whether all members take part: each follows the same leader in the same term, and none has anything to complain of.
 * @param printed by etcdctl
 */
export function isWhole(printed: string, members: number): boolean {
  const statuses = (JSON.parse(printed) as EndpointStatus[]).map(({ Status }) => Status);
  const views = new Set(statuses.map(({ leader = 0, raftTerm }) => `${leader} ${raftTerm}`));
  return (
    statuses.length === members &&
    views.size === 1 &&
    statuses.every(({ leader = 0, errors = [] }) => leader !== 0 && errors.length === 0)
  );
}
