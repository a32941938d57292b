import { isIP } from "node:net";
import { archiveClient, archiveIdentity, repositoryName } from "../backup/identities";
import type { Settings } from "../settings/schema";
import type { Endpoint, Topology } from "../cluster/topology";

/** A name that only certificates of etcd's members contain: they accept only peers with it. */
export const etcdMemberName = "etcd-member";

/** The etcd user with all rights. etcd identifies it by the certificate's common name. */
export const etcdOperator = "root";

/** The identity in the certificate of {@link etcdOperator}. */
export const etcdOperatorIdentity = "etcd-operator";

/** The subject of a certificate. */
export interface Subject {
  /** A service, or {@link etcdOperatorIdentity}. */
  name: string;
  /**
   * Only if it is a user's name: etcd's gateway, which Patroni uses, rejects clients that have one.
   */
  commonName?: string;
  dnsNames: string[];
  ipAddresses: string[];
}

/**
 * The names in each certificate: those of the service, of the local host, and of its endpoints.
 * Clients reach a member through every HAProxy, so its certificate has their names too.
 * @param clientHosts host names of a service for clients
 */
export function subjectsOf(
  { tls, keepalived }: Settings,
  topology: Topology,
  clientHosts: (services: string[]) => string[],
): Subject[] {
  const { etcd, members, haproxies, pgbouncers, backups, repositories } = topology;
  const { postgresExporters, pgbouncerExporters, nodeExporters, probes } = topology;
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
    ...backups.map((one) => subject(one, [])),
    ...repositories.map((one) => ({ ...subject(one, []), commonName: repositoryName })),
    ...(repositories.length === 0
      ? []
      : [
          {
            name: archiveIdentity,
            commonName: archiveClient,
            dnsNames: [],
            ipAddresses: [],
          },
        ]),
    ...haproxies.map((one) => subject(one, routers)),
    ...pgbouncers.map((one) => subject(one, [...namesOf(pgbouncers), ...shared])),
    ...[...postgresExporters, ...pgbouncerExporters, ...nodeExporters, ...probes].map((one) =>
      subject(one, []),
    ),
  ];
}

/** The wildcard address of a machine, which clients cannot use. */
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
  /** The CA that signs. */
  signing: number;
  /** The CAs that all services trust. */
  trusted: number[];
}

/**
 * A CA changes in steps, because a service must not get a certificate that another one does not
 * trust yet. An odd step makes all services trust the next CA, and removes the one before the
 * current CA. An even step makes the next CA the current one, which signs.
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
 * The remedy for a CA that expires before a certificate that it would sign now; undefined if there
 * is no such problem.
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
