import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { everyLogin, type Logins } from "../configs/access/logins";
import { etcdOperatorIdentity } from "../configs/tls/certificates";
import { etcdAccess } from "../configs/etcd/access";
import { renderEtcdEnv, renderEtcdPeers } from "../configs/etcd/env";
import { etcdLeave, etcdProof, peerUrls } from "../configs/etcd/membership";
import { etcdctlCommand } from "../configs/etcd/etcdctl";
import { etcdYieldLeadership, renderNeighbours } from "../configs/etcd/yieldLeadership";
import { etcdReady } from "../configs/etcd/ready";
import { etcdStart } from "../configs/etcd/start";
import { paths } from "../configs/cluster/paths";
import { limitsOf } from "../configs/cluster/catalogue";
import { type Endpoint } from "../configs/cluster/topology";
import { ports } from "../configs/cluster/ports";
import type { Service } from "../platforms/platform";
import type { Certificates } from "./certificates";
import { type SharedArgs, firstInReach } from "./shared";

/** Arguments of {@link EtcdCluster}. */
export interface EtcdClusterArgs extends SharedArgs {
  certificates: Certificates;
  /** Logins of the PostgreSQL members. */
  logins: pulumi.Input<Logins>;
}

/**
 * The store of the leader's lease. Members start one after the other, so every change rolls and the
 * quorum is kept. The first member founds the cluster if the plan permits it, and the others join.
 */
export class EtcdCluster extends pulumi.ComponentResource {
  constructor(name: string, args: EtcdClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:EtcdCluster", name, {}, opts);
    const away = args.topology.etcd.filter((member) => args.platform.isAway(member.name));
    const urls = peerUrls(args.topology.etcd);
    const leave = ["sh", "-c", etcdLeave(away), "leave", ...urls];
    const services = args.topology.etcd.map((member) => ({
      ...memberService(args, member, this.admissionOf(name, member)),
      proof: ["sh", "-c", etcdProof(away), "proof", ...urls],
    }));
    const coordinator = firstInReach(services, args.platform);
    let previous = opts.dependsOn ?? [];
    for (const service of services) {
      previous = args.platform.run(service, { parent: this, dependsOn: previous });
    }
    // A lost quorum, or an etcd that starts from nothing, is not a change of the stack file.
    const difference = args.platform.start.isCold ? "nobody leads" : undefined;
    const left = args.platform.execute(
      `${name}-leave`,
      {
        service: coordinator,
        command: leave,
        stdin: "",
        difference,
      },
      { parent: this, dependsOn: previous },
    );
    const { clusterName, patroni } = args.settings;
    args.platform.execute(
      `${name}-access`,
      {
        service: coordinator,
        command: ["sh", "-c", etcdAccess({ clusterName, namespace: patroni.namespace })],
        stdin: pulumi.output(args.logins).apply((logins) =>
          everyLogin(logins)
            .map((login) => `${login.name} ${login.password}\n`)
            .join(""),
        ),
        difference,
      },
      { parent: this, dependsOn: left },
    );
    this.registerOutputs({});
  }

  /** A new token for each member that is new in the stack file or has a new address. */
  private admissionOf(name: string, member: Endpoint): pulumi.Output<string> {
    return new random.RandomUuid(
      `${name}-admission-${member.name}`,
      { keepers: { address: member.address } },
      { parent: this },
    ).result;
  }
}

function memberService(
  { settings, platform, topology, certificates }: EtcdClusterArgs,
  member: Endpoint,
  admission: pulumi.Output<string>,
): Service {
  const { etcd, patroni, clusterName } = settings;
  const environment = renderEtcdEnv({ clusterName, member, ...etcd });
  const place = { name: member.name, configDirectory: paths.etcdConfig };
  return {
    ...place,
    kind: "etcd",
    command: [paths.etcdStart],
    files: [
      // etcd reads its certificate again for each connection, but the CAs only at its start.
      ...certificates.filesOf(place, { identity: "nothing", ca: "restart" }),
      certificates.identityFile(etcdOperatorIdentity, paths.etcdOperator, "nothing"),
      { path: paths.etcdEnv, content: environment, onChange: "restart" },
      // etcd reads this only at its start, so a running member need not restart.
      {
        path: paths.etcdPeers,
        content: renderEtcdPeers(member, topology.etcd),
        onChange: "nothing",
      },
      // A start consumes this permission.
      { path: paths.etcdAdmission, content: admission, onChange: "restart" },
      {
        path: paths.etcdNeighbours,
        content: renderNeighbours(member, topology.members, { clusterName, ...patroni }),
        onChange: "restart",
      },
      {
        path: paths.etcdYieldLeadership,
        content: etcdYieldLeadership,
        mode: 0o750,
        onChange: "restart",
      },
      { path: paths.etcdStart, content: etcdStart, mode: 0o750, onChange: "restart" },
      { path: paths.etcdCtl, content: etcdctlCommand, mode: 0o750, onChange: "nothing" },
      { path: paths.etcdReady, content: etcdReady, mode: 0o750, onChange: "nothing" },
    ],
    dataDirectory: paths.etcdData,
    ...(member.name === topology.etcd[0]?.name
      ? {
          permissions: [
            {
              name: "founding",
              path: paths.etcdFoundingPermission,
              isGiven: platform.start.foundsEtcd,
            },
          ],
        }
      : {}),
    ports: [{ port: ports.etcdClient }, { port: ports.etcdPeer }],
    readiness: {
      command: [paths.etcdReady],
      timeoutSeconds: 120,
    },
    stopGraceSeconds: 30,
    ...limitsOf("etcd", settings),
  };
}
