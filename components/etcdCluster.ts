import * as pulumi from "@pulumi/pulumi";
import { renderEtcdEnv, renderEtcdPeers } from "../configs/etcdEnv";
import { etcdLeave, peerUrls } from "../configs/etcdMembership";
import { etcdReady, etcdStart } from "../configs/etcdStart";
import { paths } from "../configs/paths";
import { type Endpoint, ports } from "../configs/topology";
import type { Service } from "../platforms/platform";
import type { SharedArgs } from "./shared";

/**
 * The store of the leader's lease. The first member founds it and the others join one after the
 * other; the same order makes every later change roll, so that quorum is never broken.
 */
export class EtcdCluster extends pulumi.ComponentResource {
  constructor(name: string, args: SharedArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:EtcdCluster", name, {}, opts);
    const services = args.topology.etcd.map((member) => memberService(args, member));
    let previous = opts.dependsOn ?? [];
    for (const service of services) {
      previous = args.platform.run(service, { parent: this, dependsOn: previous });
    }
    const [first] = services;
    if (first !== undefined) {
      // A member that left the stack file is stopped at the end of the update: until then it gives no
      // vote that anybody counts.
      const leave = ["sh", "-c", etcdLeave, "leave", ...peerUrls(args.topology.etcd)];
      args.platform.execute(
        `${name}-membership`,
        { service: first, command: leave, stdin: "" },
        { parent: this, dependsOn: previous },
      );
    }
    this.registerOutputs({});
  }
}

function memberService({ settings, topology }: SharedArgs, member: Endpoint): Service {
  const { etcd, clusterName } = settings;
  const environment = renderEtcdEnv({ clusterName, member, ...etcd });
  return {
    name: member.name,
    program: "etcd",
    command: [paths.etcdStart],
    configDirectory: paths.etcdConfig,
    files: [
      { path: paths.etcdEnv, content: environment, onChange: "restart" },
      // Read at the next start only: no reason to restart a member that runs.
      {
        path: paths.etcdPeers,
        content: renderEtcdPeers(member, topology.etcd),
        onChange: "nothing",
      },
      { path: paths.etcdStart, content: etcdStart, mode: 0o750, onChange: "restart" },
      { path: paths.etcdReady, content: etcdReady, mode: 0o750, onChange: "nothing" },
    ],
    dataDirectory: paths.etcdData,
    ports: [{ port: ports.etcdClient }, { port: ports.etcdPeer }],
    readiness: {
      command: [paths.etcdReady],
      timeoutSeconds: 120,
    },
    stopGraceSeconds: 30,
    memoryMegabytes: etcd.memoryMegabytes,
  };
}
