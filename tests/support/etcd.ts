import { etcdMemberName, etcdOperator } from "../../configs/tls/certificates";
import { etcdctlEnvironment } from "../../configs/etcd/etcdctl";
import { renderEtcdEnv, renderEtcdPeers } from "../../configs/etcd/env";
import { etcdReady } from "../../configs/etcd/ready";
import { etcdStart } from "../../configs/etcd/start";
import { paths } from "../../configs/cluster/paths";
import type { Settings } from "../../configs/settings/schema";
import { TestCertificate } from "./certificates";
import type { Ending } from "../../platforms/command";
import type { Sandbox, TestService } from "./containers";
import { imageOf } from "./images";
import { namedTopology } from "./models";

/** What etcd's members show to each other. */
export interface EtcdCertificates {
  ca: TestCertificate;
  operator: TestCertificate;
  /** By member. */
  members: Map<string, TestCertificate>;
}

/** Certificates for all members of a cluster. */
export async function etcdCertificates(settings: Settings): Promise<EtcdCertificates> {
  const ca = await TestCertificate.authority();
  const members = new Map<string, TestCertificate>();
  for (const { name } of namedTopology(settings).etcd) {
    const names = [name, "localhost", "127.0.0.1", etcdMemberName];
    members.set(name, await ca.sign({ names }));
  }
  return { ca, members, operator: await ca.sign({ commonName: etcdOperator }) };
}

/**
 * A member of a cluster, as the component runs it.
 * @param admission another word where the member is new in the stack file
 */
export function etcdMember(
  settings: Settings,
  name: string,
  { ca, operator, members }: EtcdCertificates,
  admission = "first",
): TestService {
  const { clusterName, etcd } = settings;
  const all = namedTopology(settings).etcd;
  const member = all.find((one) => one.name === name);
  const own = members.get(name);
  if (member === undefined || own === undefined) throw new Error(`no member is named ${name}`);
  const environment = renderEtcdEnv({ clusterName, member, ...etcd });
  return {
    image: imageOf("etcd"),
    configDirectory: paths.etcdConfig,
    dataDirectory: paths.etcdData,
    files: [
      { path: paths.caOf(paths.etcdConfig), content: ca.certificate, mode: 0o640 },
      { path: paths.identityOf(paths.etcdConfig), content: own.identity, mode: 0o600 },
      { path: paths.etcdOperator, content: operator.identity, mode: 0o600 },
      { path: paths.etcdEnv, content: environment, mode: 0o640 },
      { path: paths.etcdPeers, content: renderEtcdPeers(member, all), mode: 0o640 },
      { path: paths.etcdAdmission, content: admission, mode: 0o640 },
      { path: paths.etcdStart, content: etcdStart, mode: 0o750 },
      { path: paths.etcdReady, content: etcdReady, mode: 0o750 },
    ],
    command: [paths.etcdStart],
  };
}

/**
 * Gives a member that does not run a permission to found or to rebuild the cluster, as an update
 * does.
 */
export const permit = (
  sandbox: Sandbox,
  name: string,
  member: TestService,
  permission: string = paths.etcdFoundingPermission,
): void => {
  sandbox.prepare(name, member, `: >${permission}`);
};

/** Runs etcdctl in a member, as etcd's operator. */
export const etcdctlIn = (sandbox: Sandbox, name: string, ...words: string[]): Ending =>
  sandbox.execute(name, "sh", "-c", `${etcdctlEnvironment}; exec etcdctl "$@"`, "sh", ...words);
