/** What `etcdctl endpoint status --cluster -w json` prints of a member, as far as it is used. */
interface EndpointStatus {
  Endpoint: string;
  Status: {
    // Too large for a number of JavaScript's, and rounded in the same way wherever it stands.
    header: { member_id: number };
    leader: number;
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
