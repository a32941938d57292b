import * as pulumi from "@pulumi/pulumi";
import { withGeneration } from "../configs/generation";
import { generationPath, renderHaproxyCfg } from "../configs/haproxy/haproxyCfg";
import { paths } from "../configs/cluster/paths";
import { sessionsPerMember } from "../configs/postgres/connections";
import { limitsOf } from "../configs/cluster/catalogue";
import type { Endpoint } from "../configs/cluster/topology";
import type { Service } from "../platforms/platform";
import type { Certificates } from "./certificates";
import type { SharedArgs } from "./shared";

/** Arguments of {@link HAProxy}. */
export interface HAProxyArgs extends SharedArgs {
  certificates: Certificates;
  /** Login of the page and the metrics. */
  password: pulumi.Input<string>;
}

/** The routers: one port routes to the primary, one to the standbys, whichever members they are. */
export class HAProxy extends pulumi.ComponentResource {
  constructor(name: string, args: HAProxyArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:HAProxy", name, {}, opts);
    // One router after the other: during a restart clients can use the others.
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

/** What has metrics of its own, with its port: exporters, probes, and the repository. */
function exportersOf({ monitoring }: SharedArgs["settings"], topology: SharedArgs["topology"]) {
  const { postgresExporters, pgbouncerExporters, nodeExporters, repositories, probes } = topology;
  const reporting = monitoring.exporters ? repositories : [];
  return [
    ...postgresExporters.map((one) => ({ ...one, port: monitoring.postgresExporterPort })),
    ...pgbouncerExporters.map((one) => ({ ...one, port: monitoring.pgbouncerExporterPort })),
    ...nodeExporters.map((one) => ({ ...one, port: monitoring.nodeExporterPort })),
    ...probes.map((one) => ({ ...one, port: monitoring.probePort })),
    ...reporting.map((one) => ({ ...one, port: monitoring.repositoryPort })),
  ];
}

/** Prints the generation that the file names. */
const generationInFile = `sed -n 's|.*path ${generationPath}\\([0-9a-f]*\\) .*|\\1|p' ${paths.haproxyCfg}`;

/** One HAProxy. */
export function routerService(
  { settings, topology, certificates, password }: HAProxyArgs,
  router: Endpoint,
): Service {
  const { haproxy, tls } = settings;
  const { writePort, readPort, statsPort, restApiPort } = haproxy;
  const { members, etcd } = topology;
  const { address } = router;
  const place = { name: router.name, configDirectory: paths.haproxyConfig };
  const certificateFiles = certificates.filesOf(place, { identity: "reload", ca: "reload" });
  const model = {
    haproxy,
    address,
    members,
    etcd,
    exporters: exportersOf(settings, topology),
    sessionsPerMember: sessionsPerMember(settings.postgres),
    tls,
  };
  const cfg = pulumi
    .output({ login: password, others: certificateFiles.map(({ content }) => content) })
    .apply(({ login, others }) =>
      withGeneration(
        (generation) => renderHaproxyCfg({ ...model, password: login, generation }),
        others,
      ),
    );
  const curl = ["curl", "-sf", "--cacert", paths.caOf(paths.haproxyConfig), "-o", "/dev/null"];
  const stats = `https://localhost:${statsPort}`;
  return {
    ...place,
    kind: "haproxy",
    command: ["haproxy", "-W", "-db", "-f", paths.haproxyCfg],
    files: [
      ...certificateFiles,
      { path: paths.haproxyCfg, content: cfg, mode: 0o600, onChange: "reload" },
    ],
    ports: [writePort, readPort, statsPort, restApiPort].map((port) => ({ port, published: port })),
    readiness: {
      command: [...curl, `${stats}/healthz`],
      timeoutSeconds: 60,
    },
    reloaded: [
      ...["sh", "-c", `exec "$@" ${stats}${generationPath}$(${generationInFile})`, "reloaded"],
      ...curl,
    ],
    reloadSignal: "SIGUSR2",
    stopGraceSeconds: 10,
    ...limitsOf("haproxy", settings),
  };
}
