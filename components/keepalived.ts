import * as pulumi from "@pulumi/pulumi";
import { renderKeepalivedConf } from "../configs/keepalived/keepalivedConf";
import { paths } from "../configs/cluster/paths";
import { limitsOf } from "../configs/cluster/catalogue";
import type { Endpoint } from "../configs/cluster/topology";
import { withGeneration } from "../configs/generation";
import type { Service } from "../platforms/platform";
import { keepalivedReloaded } from "../programs/programs";
import type { SharedArgs } from "./shared";

/** Arguments of {@link Keepalived}. */
export interface KeepalivedArgs extends SharedArgs {
  /** The virtual address. */
  virtualAddress: string;
  /** Password of the group. */
  password: pulumi.Input<string>;
}

/**
 * The time, in seconds, after which a failover from a dead leader has ended. A longer one has
 * another cause.
 */
const failoverBeyondLease = 10;

/** The virtual address of all HAProxies. One host with a working HAProxy holds it. */
export class Keepalived extends pulumi.ComponentResource {
  constructor(name: string, args: KeepalivedArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Keepalived", name, {}, opts);
    // One host after the other: during a restart clients can use the others.
    let previous = opts.dependsOn ?? [];
    for (const self of args.topology.keepaliveds) {
      previous = args.platform.run(addressService(args, self), {
        parent: this,
        dependsOn: previous,
      });
    }
    this.registerOutputs({});
  }
}

/** One Keepalived. */
export function addressService(
  { settings, topology, platform, virtualAddress, password }: KeepalivedArgs,
  self: Endpoint,
): Service {
  const { keepalived, haproxy, patroni } = settings;
  // Checked here and not when the password exists, so that a missing setting stops the update
  // early.
  const interfaceName = keepalived.interface ?? platform.networkInterfaceOf(self.name);
  const model = {
    keepalived,
    virtualAddress,
    self,
    peers: topology.keepaliveds.filter(({ name }) => name !== self.name),
    interfaceName,
    statsPort: haproxy.statsPort,
    withoutPrimarySeconds: patroni.ttlSeconds + failoverBeyondLease,
  };
  const content = pulumi
    .output(password)
    .apply((text) =>
      withGeneration((generation) =>
        renderKeepalivedConf({ ...model, password: text, generation }),
      ),
    );
  // The certificate is not checked because no secret is sent or returned. A host takes the address
  // a few seconds after the last advertisement of the former holder.
  const isRunningAndReached =
    "pgrep --exact keepalived && curl -sk --max-time 1 -o /dev/null " +
    `https://${virtualAddress}:${haproxy.statsPort}/livez`;
  return {
    name: self.name,
    kind: "keepalived",
    command: ["keepalived", "--dont-fork", "--log-console", "--use-file", paths.keepalivedConf],
    configDirectory: paths.keepalivedConfig,
    files: [{ path: paths.keepalivedConf, content, mode: 0o600, onChange: "reload" }],
    ports: [],
    readiness: { command: ["sh", "-c", isRunningAndReached], timeoutSeconds: 30 },
    reloaded: ["sh", "-c", keepalivedReloaded, "reloaded", paths.keepalivedConf],
    reloadSignal: "SIGHUP",
    stopGraceSeconds: 10,
    ...limitsOf("keepalived", settings),
  };
}
