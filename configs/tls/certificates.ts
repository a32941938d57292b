import { isIP } from "node:net";
import type { Settings } from "../settings/schema";
import type { Endpoint, Topology } from "../cluster/topology";

/** A name that is in the certificates of etcd's members only: they take nobody without it for a peer. */
export const etcdMemberName = "etcd-member";

/** The user of etcd who may do everything. Who has a certificate with that common name is taken for it. */
export const etcdOperator = "root";

/** What the certificate of {@link etcdOperator} goes by. */
export const etcdOperatorIdentity = "etcd-operator";

/** Who a certificate is for. */
export interface Subject {
  /** A service, or {@link etcdOperatorIdentity}. */
  name: string;
  /** Only where it is a user's name: etcd's gateway, which Patroni uses, refuses clients that have one. */
  commonName?: string;
  dnsNames: string[];
  ipAddresses: string[];
}

/**
 * Whose names are in which certificate: a service's own, those of this machine, and those under which clients get to it.
 * A member is reached through every HAProxy, so it has their names too.
 * @param clientHosts what clients call a service
 */
export function subjectsOf(
  { tls, keepalived }: Settings,
  topology: Topology,
  clientHosts: (services: string[]) => string[],
): Subject[] {
  const { etcd, members, haproxies, pgbouncers } = topology;
  const shared = [
    ...(keepalived.virtualAddress === undefined ? [] : [keepalived.virtualAddress]),
    ...tls.additionalNames,
  ];
  const namesOf = (endpoints: Endpoint[]) => [
    ...endpoints.flatMap(({ name, address }) => [name, address]),
    ...clientHosts(endpoints.map(({ name }) => name)),
  ];
  const routers = [...namesOf(haproxies), ...shared];
  const subject = ({ name, address }: Endpoint, names: string[]): Subject => ({
    name,
    ...namesAndAddresses([name, address, "localhost", "127.0.0.1", "::1", ...names]),
  });
  return [
    ...etcd.map((one) => subject(one, [etcdMemberName])),
    {
      name: etcdOperatorIdentity,
      commonName: etcdOperator,
      dnsNames: [],
      ipAddresses: [],
    },
    ...members.map((one) => subject(one, [...namesOf([one]), ...routers])),
    ...haproxies.map((one) => subject(one, routers)),
    ...pgbouncers.map((one) => subject(one, [...namesOf(pgbouncers), ...shared])),
  ];
}

/** Stands for every address of a machine, and is none that a client can use. */
const anyAddress = "0.0.0.0";

function namesAndAddresses(names: string[]): Pick<Subject, "dnsNames" | "ipAddresses"> {
  const all = [...new Set(names)].filter((name) => name !== anyAddress);
  return {
    dnsNames: all.filter((name) => isIP(name) === 0),
    ipAddresses: all.filter((name) => isIP(name) !== 0),
  };
}

/** The CAs of a cluster after a number of steps of `credentials.authority`. */
export interface Authorities {
  /** The one that signs. */
  signing: number;
  /** Those that all services trust. */
  trusted: number[];
}

/**
 * A CA is changed in steps, because no service may get a certificate that another one does not trust yet. An odd step
 * has all trust one more CA, and ends the trust in the one before the last; an even one has it sign.
 */
export function authoritiesAfter(steps: number): Authorities {
  const signing = Math.floor(steps / 2);
  const other = steps % 2 === 0 ? signing - 1 : signing + 1;
  return {
    signing,
    trusted: [signing, other].filter((one) => one >= 0).sort((a, b) => a - b),
  };
}

/**
 * What to do about a CA that ends before a certificate would that it signs now, if it does.
 * @param end of the CA's certificate, as text
 */
export function endWarning(
  end: string,
  { credentials, tls }: Settings,
  now = new Date(),
): string | undefined {
  const days = (new Date(end).getTime() - now.getTime()) / (24 * 3600 * 1000);
  if (days > tls.validityDays) return undefined;
  return (
    `The cluster's CA ends on ${end.slice(0, 10)}, and all certificates with it: change to a new CA, ` +
    `with credentials.authority ${credentials.authority + 1} as the next step.`
  );
}
