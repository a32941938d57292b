import * as pulumi from "@pulumi/pulumi";
import { renderBeforePromote } from "../configs/patroni/beforePromote";
import { renderBeforeStop } from "../configs/patroni/beforeStop";
import { founderOf, foundingFiles, renderStart } from "../configs/patroni/coldStart";
import { dynamicConfig, type DynamicConfig } from "../configs/patroni/dynamicConfig";
import { dynamicDifference } from "../configs/patroni/dynamicDifference";
import { currentLogin } from "../configs/access/logins";
import { paths } from "../configs/cluster/paths";
import { renderPatroniYml } from "../configs/patroni/patroniYml";
import { limitsOf } from "../configs/cluster/catalogue";
import { type Endpoint } from "../configs/cluster/topology";
import { ports } from "../configs/cluster/ports";
import type { Platform, Service } from "../platforms/platform";
import { setAccess, setSystemRoles } from "./access";
import type { Certificates } from "./certificates";
import {
  clusterTool,
  coldStart,
  guardFiles,
  leaseClock,
  memberReady,
  reloaded,
} from "../programs/programs";
import type { Credentials } from "./credentials";
import { type SharedArgs, spokesman } from "./shared";

/** Arguments of {@link PatroniCluster}. */
export interface PatroniClusterArgs extends SharedArgs {
  credentials: Credentials;
  certificates: Certificates;
}

/**
 * The members. One founds the cluster; each of the others starts when the one before is running and streaming.
 * Later changes roll: one member at a time, standbys first, each ready before the next is touched. Where nobody
 * leads and there is data, all start side by side, and the one with the newest data leads.
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
      { services, dynamic, step: "patch" },
      { parent: this, dependsOn: opts.dependsOn ?? [] },
    );
    const systemRoles = setSystemRoles(`${name}-system-roles`, access, {
      parent: this,
      dependsOn: changed,
    });
    const farewell = forgetThoseThatLeave(`${name}-former-members`, args, speaker, {
      parent: this,
      dependsOn: opts.dependsOn ?? [],
    });
    const run = (service: Service, ...dependsOn: pulumi.Resource[]) =>
      platform.run(service, { parent: this, dependsOn: [...dependsOn, farewell] });
    const grantAccess = (...dependsOn: pulumi.Resource[]) =>
      setAccess(`${name}-access`, access, { parent: this, dependsOn });
    let previous: pulumi.Resource[];
    if (platform.start.isCold) {
      // Nobody is ready before the newest data leads, whosever that is, and the passwords are those of this stack.
      previous = [
        ...services.map((service) => run(service, changed)),
        grantAccess(changed, systemRoles),
      ];
    } else {
      previous = [systemRoles];
      for (const [i, service] of inOrder(services, args).entries()) {
        const member = run(service, ...previous);
        previous = i === 0 ? [member, grantAccess(member)] : [member];
      }
    }
    const settled = changeDynamicConfig(
      `${name}-pending-restarts`,
      args,
      { services, dynamic, step: "settle" },
      { parent: this, dependsOn: previous },
    );
    for (const service of services.filter((one) => !platform.isAway(one.name))) {
      proveEffect(
        `${name}-proof-${service.name}`,
        args,
        { service, dynamic },
        {
          parent: this,
          dependsOn: settled,
        },
      );
    }
    this.registerOutputs({});
  }
}

/**
 * The order in which members are changed, one after the other. A leader comes last, so that nothing reaches it that a standby
 * has not survived; where there is none yet, its founder comes first.
 */
function inOrder(services: Service[], { platform, settings, topology }: PatroniClusterArgs) {
  const { leader } = platform.running ?? {};
  const founder = founderOf(settings, topology.members);
  const rank = ({ name }: Service) =>
    leader === undefined ? Number(name !== founder) : Number(name === leader);
  return [...services].sort((a, b) => rank(a) - rank(b));
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
    }),
  );
  const place = { name: member.name, configDirectory: paths.patroniConfig };
  return {
    ...place,
    kind: "patroni",
    command: guarded(["python3", paths.leaseClock, paths.patroniYml], postgres.version, platform),
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
      { path: paths.memberReady, content: memberReady, mode: 0o750, onChange: "nothing" },
      { path: paths.reloaded, content: reloaded, mode: 0o750, onChange: "nothing" },
      ...guardFiles.map(({ name, content }) => ({
        path: `${paths.patroniConfig}/${name}`,
        content,
        mode: 0o750,
        onChange: "restart" as const,
      })),
      { path: paths.leaseClock, content: leaseClock, mode: 0o750, onChange: "restart" },
      { path: paths.coldStart, content: coldStart, mode: 0o750, onChange: "nothing" },
      {
        path: paths.startPlan,
        content: renderStart(settings, topology.members),
        onChange: "nothing",
      },
    ],
    dataDirectory: paths.postgresData,
    ...(member.name === founderOf(settings, topology.members)
      ? {
          permissions: [
            {
              name: "founding",
              path: foundingFiles.permission,
              isGiven: platform.start.foundsPostgres,
            },
          ],
        }
      : {}),
    runtimeDirectory: paths.pgSocket,
    ports: [
      { port: ports.postgres, published: platform.memberPortOf(member.name) },
      { port: ports.patroni },
    ],
    readiness: {
      command: isReady,
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
    ...limitsOf("patroni", settings),
    // Parallel queries share memory there; Docker's own 64 MiB are a well-known trap.
    sharedMemoryMegabytes: Math.max(64, Math.floor(postgres.memoryMegabytes / 4)),
  };
}

/** Patroni under the guard, which passes on to the kernel's watchdog where that is wanted. */
function guarded(command: string[], major: number, { watchdog, hasFence }: Platform): string[] {
  const kernel = {
    off: [],
    automatic: ["--kernel", "/dev/watchdog"],
    required: ["--kernel", "/dev/watchdog", "--required"],
  }[watchdog];
  const fence = hasFence ? ["--fence", `${ports.postgres},${ports.patroni}`] : [];
  const own = ["python3", paths.guard, paths.watchdog, paths.pgData(major)];
  const start = ["python3", paths.coldStart];
  return [...own, ...kernel, ...fence, "--", ...start, ...command];
}

/** Succeeds once a member leads, or streams from the current leader on its timeline. */
const isReady = [
  ...["sh", paths.memberReady],
  ...[`https://localhost:${ports.patroni}`, paths.caOf(paths.patroniConfig), paths.startStopped],
];

/** What is passed on to the running cluster. */
interface DynamicChange {
  services: Service[];
  dynamic: DynamicConfig;
  step: "patch" | "settle";
}

/**
 * Brings what the stack file owns of the dynamic configuration into the running cluster; the rest is
 * left alone. `patch` has one standby try what needs a restart, `settle` restarts all. Runs in any
 * member: etcd has all that it needs.
 */
function changeDynamicConfig(
  name: string,
  { platform, topology }: PatroniClusterArgs,
  { services, dynamic, step }: DynamicChange,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const waiting = platform.running?.pendingRestart ?? [];
  return platform.executeWhere(
    name,
    {
      services,
      condition: ["test", "-r", paths.patroniYml],
      patienceSeconds: 60,
      nobody: "no member can be reached, to change the cluster's dynamic configuration in etcd",
      // The tool comes along: the member may have an older one, or none, until its turn comes.
      command: [
        ...["python3", "-", step, JSON.stringify(dynamic)],
        ...topology.members.map((member) => member.name),
      ],
      stdin: clusterTool,
      onlyIfRunning: step === "patch",
      blames: true,
      difference:
        differenceOf(platform, dynamic) ??
        (step === "settle" && waiting.length > 0
          ? `${waiting.join(", ")}: restart pending`
          : undefined),
    },
    opts,
  );
}

/** Fails unless the configuration is in effect in a member that follows the leader. */
function proveEffect(
  name: string,
  { platform }: PatroniClusterArgs,
  { service, dynamic }: { service: Service; dynamic: DynamicConfig },
  opts: pulumi.CustomResourceOptions,
): void {
  platform.execute(
    name,
    {
      service,
      command: ["python3", "-", "prove", JSON.stringify(dynamic), ...isReady],
      stdin: clusterTool,
      difference: differenceOf(platform, dynamic),
    },
    opts,
  );
}

function differenceOf({ running, start }: Platform, dynamic: DynamicConfig): string | undefined {
  const difference =
    running === undefined ? undefined : dynamicDifference(dynamic, running.dynamicConfig);
  return difference ?? (start.isCold ? "nobody leads" : undefined);
}
