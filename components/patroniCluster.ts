import * as pulumi from "@pulumi/pulumi";
import { renderBeforePromote } from "../configs/beforePromote";
import { renderBeforeStop } from "../configs/beforeStop";
import { dynamicConfig, type DynamicConfig } from "../configs/dynamicConfig";
import { dynamicDifference } from "../configs/dynamicDifference";
import { currentLogin } from "../configs/access/logins";
import { paths } from "../configs/paths";
import { renderPatroniYml } from "../configs/patroniYml";
import { memberTasks } from "../configs/tasks";
import { type Endpoint, ports } from "../configs/topology";
import { also } from "../platforms/dependsOn";
import type { Platform, Service } from "../platforms/platform";
import { setAccess, setSystemRoles } from "./access";
import type { Certificates } from "./certificates";
import { clusterTool, guard, reloaded } from "./scripts";
import type { Credentials } from "./credentials";
import { type SharedArgs, spokesman } from "./shared";

/** Arguments of {@link PatroniCluster}. */
export interface PatroniClusterArgs extends SharedArgs {
  credentials: Credentials;
  certificates: Certificates;
}

/**
 * The members. The first bootstraps the cluster; each of the others starts when the one before is
 * running and streaming. The same order makes every later change roll: one member at a time, each
 * ready before the next is touched.
 */
export class PatroniCluster extends pulumi.ComponentResource {
  /** The members, in order. */
  readonly services: Service[];

  constructor(name: string, args: PatroniClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:PatroniCluster", name, {}, opts);
    const { platform, topology, settings } = args;
    const dynamic = dynamicConfig(settings, platform);
    const services = topology.members.map((member) => memberService(args, dynamic, member));

    const speaker = spokesman(services, platform);
    this.services = services;
    const access = { ...args, services };

    // Before any member is touched, so that one that restarts starts with the new values.
    const changed = changeDynamicConfig(
      `${name}-dynamic-config`,
      args,
      { service: speaker, dynamic, step: "patch" },
      { parent: this, dependsOn: opts.dependsOn ?? [] },
    );
    let previous: pulumi.ResourceOptions["dependsOn"] = setSystemRoles(
      `${name}-system-roles`,
      access,
      { parent: this, dependsOn: changed },
    );
    const farewell = forgetThoseThatLeave(`${name}-former-members`, args, speaker, {
      parent: this,
      dependsOn: opts.dependsOn ?? [],
    });
    for (const service of services) {
      const member = platform.run(service, { parent: this, dependsOn: also(previous, farewell) });
      previous =
        service !== speaker
          ? member
          : // Before the next member starts: on kept data an earlier stack's passwords still hold.
            [member, setAccess(`${name}-access`, access, { parent: this, dependsOn: member })];
    }
    changeDynamicConfig(
      `${name}-pending-restarts`,
      args,
      { service: speaker, dynamic, step: "settle" },
      { parent: this, dependsOn: previous },
    );
    this.registerOutputs({});
  }
}

/**
 * Drops the slots of members that left the stack file, which would hold WAL back. All members depend on it: so those
 * that leave are gone by then. One that is away has a slot, too, that would be taken for a former member's.
 */
function forgetThoseThatLeave(
  name: string,
  { platform, topology }: PatroniClusterArgs,
  service: Service,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const names = topology.members.map((member) => member.name);
  return platform.executeAtEnd(
    name,
    {
      service,
      command: ["python3", paths.clusterTool, "forget", ...names],
      isPostponed: names.some((member) => platform.isAway(member)),
    },
    opts,
  );
}

/** One member. */
export function memberService(
  { settings, topology, platform, credentials, certificates }: PatroniClusterArgs,
  dynamic: DynamicConfig,
  member: Endpoint,
): Service {
  const { postgres, patroni } = settings;
  const { superuser, restApi } = credentials.system;
  const { replication, rewind } = credentials.systemLogins;
  const { etcdLogins: etcd } = credentials;
  const patroniYml = pulumi.output({ superuser, replication, rewind, restApi, etcd }).apply((all) =>
    renderPatroniYml({
      settings,
      member,
      etcd: topology.etcd,
      dynamic,
      credentials: {
        ...all,
        replication: currentLogin(all.replication, settings.credentials.replication),
        rewind: currentLogin(all.rewind, settings.credentials.rewind),
        etcd: currentLogin(all.etcd, settings.credentials.etcd),
      },
      watchdog: platform.watchdog,
    }),
  );
  const place = { name: member.name, configDirectory: paths.patroniConfig };
  return {
    ...place,
    program: "patroni",
    command: guarded(["patroni", paths.patroniYml], platform),
    files: [
      ...certificates.filesOf(place, { identity: "reload", ca: "nothing" }),
      { path: paths.patroniYml, content: patroniYml, onChange: "reload" },
      { path: paths.beforeStop, content: renderBeforeStop(postgres.version), onChange: "nothing" },
      {
        path: paths.beforePromote,
        content: pulumi.output(restApi).apply((password) =>
          renderBeforePromote({
            version: postgres.version,
            member: member.name,
            restApi: password,
          }),
        ),
        onChange: "nothing",
      },
      { path: paths.clusterTool, content: clusterTool, mode: 0o750, onChange: "nothing" },
      { path: paths.reloaded, content: reloaded, mode: 0o750, onChange: "nothing" },
      { path: paths.guard, content: guard, mode: 0o750, onChange: "restart" },
    ],
    dataDirectory: paths.postgresData,
    runtimeDirectory: paths.pgSocket,
    ports: [
      { port: ports.postgres, published: platform.memberPortOf(member.name) },
      { port: ports.patroni },
    ],
    readiness: {
      command: ["sh", "-c", isRunningAndStreaming],
      timeoutSeconds: patroni.readinessTimeoutSeconds,
    },
    handOver: [
      "python3",
      paths.clusterTool,
      "hand-over",
      ...topology.members.map(({ name }) => name),
    ],
    reloadSignal: "SIGHUP",
    reloaded: ["python3", paths.reloaded],
    stopGraceSeconds: postgres.stopGraceSeconds,
    // The guard does, and has to be the first process, so that it can end all others at once.
    reapsOrphans: true,
    memoryMegabytes: postgres.memoryMegabytes,
    maximumTasks: memberTasks(postgres),
    // Parallel queries share memory there; Docker's own 64 MiB are a well-known trap.
    sharedMemoryMegabytes: Math.max(64, Math.floor(postgres.memoryMegabytes / 4)),
  };
}

/** Patroni under the guard, which passes on to the kernel's watchdog where that is wanted and Patroni leaves it free. */
function guarded(command: string[], { watchdog, hasFence }: Platform): string[] {
  const kernel = watchdog === "automatic" ? ["--kernel", "/dev/watchdog"] : [];
  const fence = hasFence ? ["--fence", `${ports.postgres},${ports.patroni}`] : [];
  return ["python3", paths.guard, paths.watchdog, ...kernel, ...fence, "--", ...command];
}

const askSelf = `curl -sf --cacert ${paths.caOf(paths.patroniConfig)} https://localhost:${ports.patroni}`;

/** Patroni's /readiness, and for a standby that it streams, which /readiness alone does not say. */
const isRunningAndStreaming = [
  `${askSelf}/readiness >/dev/null`,
  `${askSelf}/patroni | grep -Eq '"role": "(primary|master)"|"replication_state": "streaming"'`,
].join(" && ");

/**
 * Brings what the stack file owns of the dynamic configuration into the running cluster; the rest is left
 * alone. `patch` does only that, `settle` restarts what has to be restarted for it as well.
 */
function changeDynamicConfig(
  name: string,
  { platform, topology }: PatroniClusterArgs,
  {
    service,
    dynamic,
    step,
  }: { service: Service; dynamic: DynamicConfig; step: "patch" | "settle" },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { running } = platform;
  const waiting = running?.pendingRestart ?? [];
  const difference =
    (running === undefined ? undefined : dynamicDifference(dynamic, running.dynamicConfig)) ??
    (step === "settle" && waiting.length > 0
      ? `${waiting.join(", ")}: restart pending`
      : undefined);
  return platform.execute(
    name,
    {
      service,
      // The tool comes along: the member may have an older one, or none, until its turn comes.
      command: [
        ...["python3", "-", step, JSON.stringify(dynamic)],
        ...topology.members.map((member) => member.name),
      ],
      stdin: clusterTool,
      onlyIfRunning: step === "patch",
      difference,
    },
    opts,
  );
}
