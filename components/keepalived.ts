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
  /** The address that moves. */
  virtualAddress: string;
  /** Password of the group. */
  password: pulumi.Input<string>;
}

/** A failover has ended so long after the lease of a dead leader, or something else is wrong, in seconds. */
const failoverBeyondLease = 10;

/** The address of all HAProxies together: one of those that work holds it. */
export class Keepalived extends pulumi.ComponentResource {
  constructor(name: string, args: KeepalivedArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Keepalived", name, {}, opts);
    // One after the other: a change that needs a restart leaves the rest to the clients.
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
  // Not as late as the password is there: what is missing is said before anything is changed.
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
  // The certificate is not checked: nothing is told there that somebody could want to hear or to say.
  // A host takes the address a few seconds after the last word of another one that had it.
  const isRunningAndReached = `pgrep --exact keepalived && curl -sk --max-time 1 -o /dev/null https://${virtualAddress}:${haproxy.statsPort}/livez`;
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
