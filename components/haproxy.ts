import * as pulumi from "@pulumi/pulumi";
import { renderHaproxyCfg } from "../configs/haproxyCfg";
import { paths } from "../configs/paths";
import { maximumTasks } from "../configs/tasks";
import type { Endpoint } from "../configs/topology";
import type { Service } from "../platforms/platform";
import type { Certificates } from "./certificates";
import type { SharedArgs } from "./shared";

/** Arguments of {@link HAProxy}. */
export interface HAProxyArgs extends SharedArgs {
  certificates: Certificates;
  /** Of the page and the metrics. */
  password: pulumi.Input<string>;
}

/** The routers: one port leads to the primary, one to the standbys, whoever they are. */
export class HAProxy extends pulumi.ComponentResource {
  constructor(name: string, args: HAProxyArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:HAProxy", name, {}, opts);
    // One after the other: a change that needs a restart leaves the rest to the clients.
    let previous = opts.dependsOn ?? [];
    for (const router of args.topology.haproxies) {
      previous = args.platform.run(routerService(args, router), {
        parent: this,
        dependsOn: previous,
      });
    }
    this.registerOutputs({});
  }
}

function routerService(
  { settings, topology, certificates, password }: HAProxyArgs,
  router: Endpoint,
): Service {
  const { haproxy, tls } = settings;
  const { writePort, readPort, statsPort, restApiPort } = haproxy;
  const { members } = topology;
  const { address } = router;
  const cfg = pulumi
    .output(password)
    .apply((text) => renderHaproxyCfg({ haproxy, address, members, tls, password: text }));
  const place = { name: router.name, configDirectory: paths.haproxyConfig };
  return {
    ...place,
    program: "haproxy",
    command: ["haproxy", "-W", "-db", "-f", paths.haproxyCfg],
    files: [
      ...certificates.filesOf(place, { identity: "reload", ca: "reload" }),
      { path: paths.haproxyCfg, content: cfg, mode: 0o600, onChange: "reload" },
    ],
    ports: [writePort, readPort, statsPort, restApiPort].map((port) => ({ port, published: port })),
    readiness: {
      command: [
        ...["curl", "-sf", "--cacert", paths.caOf(paths.haproxyConfig), "-o", "/dev/null"],
        `https://localhost:${statsPort}/healthz`,
      ],
      timeoutSeconds: 60,
    },
    reloadSignal: "SIGUSR2",
    stopGraceSeconds: 10,
    memoryMegabytes: haproxy.memoryMegabytes,
    maximumTasks: maximumTasks.haproxy,
  };
}
