/** The used part of a member in the output of `etcdctl endpoint status --cluster -w json`. */
interface EndpointStatus {
  Endpoint: string;
  Status: {
    // Too large for a JavaScript number, but every occurrence is rounded in the same way.
    header: { member_id: number };
    /** Left out if it knows no leader. */
    leader?: number;
    raftTerm: number;
    /** Its errors. */
    errors?: string[];
  };
}

/** The arguments for etcdctl. */
export const etcdStatusWords = ["endpoint", "status", "--cluster", "-w", "json"];

/**
 * The client URL of etcd's leader; undefined if there is none.
 * @param printed by etcdctl
 */
export function leadingEndpoint(printed: string): string | undefined {
  const members = JSON.parse(printed) as EndpointStatus[];
  return members.find(({ Status }) => Status.header.member_id === Status.leader)?.Endpoint;
}

/**
 * Whether all members take part: each follows the same leader in the same term, and none reports an
 * error.
 * @param printed by etcdctl
 */
export function isHealthy(printed: string, members: number): boolean {
  const statuses = (JSON.parse(printed) as EndpointStatus[]).map(({ Status }) => Status);
  const views = new Set(statuses.map(({ leader = 0, raftTerm }) => `${leader} ${raftTerm}`));
  return (
    statuses.length === members &&
    views.size === 1 &&
    statuses.every(({ leader = 0, errors = [] }) => leader !== 0 && errors.length === 0)
  );
}
