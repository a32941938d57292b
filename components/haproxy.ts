import * as pulumi from "@pulumi/pulumi";
import { renderHaproxyCfg } from "../configs/haproxyCfg";
import { paths } from "../configs/paths";
import type { Endpoint } from "../configs/topology";
import type { Service } from "../platforms/platform";
import type { SharedArgs } from "./shared";

/** The routers: one port leads to the primary, one to the standbys, whoever they are. */
export class HAProxy extends pulumi.ComponentResource {
  constructor(name: string, args: SharedArgs, opts: pulumi.ComponentResourceOptions) {
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

function routerService({ settings, topology }: SharedArgs, router: Endpoint): Service {
  const { haproxy } = settings;
  const { writePort, readPort, statsPort, restApiPort } = haproxy;
  return {
    name: router.name,
    program: "haproxy",
    command: ["haproxy", "-W", "-db", "-f", paths.haproxyCfg],
    configDirectory: paths.haproxyConfig,
    files: [
      {
        path: paths.haproxyCfg,
        content: renderHaproxyCfg({ haproxy, members: topology.members }),
        onChange: "reload",
      },
    ],
    ports: [writePort, readPort, statsPort, restApiPort].map((port) => ({ port, published: port })),
    readiness: {
      command: ["curl", "-sf", "-o", "/dev/null", `localhost:${statsPort}/healthz`],
      timeoutSeconds: 60,
    },
    reloadSignal: "SIGUSR2",
    stopGraceSeconds: 10,
    memoryMegabytes: haproxy.memoryMegabytes,
  };
}
