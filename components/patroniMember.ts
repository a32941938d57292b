import * as pulumi from "@pulumi/pulumi";
import { archiveIdentity } from "../configs/backup/identities";
import { renderRestorePlan } from "../configs/backup/restorePlan";
import { renderMemberConf } from "../configs/backup/pgbackrestConf";
import { renderBeforePromote } from "../configs/patroni/beforePromote";
import { renderBeforeStop } from "../configs/patroni/beforeStop";
import { founderOf, foundingFiles, renderStart } from "../configs/patroni/coldStart";
import { type DynamicConfig } from "../configs/patroni/dynamicConfig";
import { currentLogin } from "../configs/access/logins";
import { paths } from "../configs/cluster/paths";
import { renderPatroniYml } from "../configs/patroni/patroniYml";
import { limitsOf } from "../configs/cluster/catalogue";
import { type Endpoint } from "../configs/cluster/topology";
import { ports } from "../configs/cluster/ports";
import type { Platform, Service, ServiceFile } from "../platforms/platform";
import type { Certificates } from "./certificates";
import {
  archive,
  clusterTool,
  coldStart,
  guardFiles,
  leaseClock,
  memberReady,
  reloaded,
  restoreMember,
} from "../programs/programs";
import type { Credentials } from "./credentials";
import { type SharedArgs } from "./shared";

/** The inputs of the members. */
export interface MemberArgs extends SharedArgs {
  credentials: Credentials;
  certificates: Certificates;
}

/** One member. */
export function memberService(
  { settings, topology, platform, credentials, certificates }: MemberArgs,
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
      ...Object.entries(postgres.files).map(([name, { content, executable }]) => ({
        path: paths.memberFile(name),
        content,
        mode: executable ? 0o700 : 0o600,
        onChange: "nothing" as const,
      })),
      { path: paths.leaseClock, content: leaseClock, mode: 0o750, onChange: "restart" },
      { path: paths.coldStart, content: coldStart, mode: 0o750, onChange: "nothing" },
      {
        path: paths.startPlan,
        content: renderStart(settings, topology.members),
        onChange: "nothing",
      },
      ...archiveFiles(settings, topology, certificates),
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
    // The guard reaps them, and must be the first process so that it can kill all others at once.
    reapsOrphans: true,
    ...limitsOf("patroni", settings),
    // Parallel queries use shared memory. Docker's default of 64 MiB is too small for them.
    sharedMemoryMegabytes: Math.max(64, Math.floor(postgres.memoryMegabytes / 4)),
  };
}

/** What a member needs to archive WAL, if there are backups. All is read for each file of WAL. */
function archiveFiles(
  settings: SharedArgs["settings"],
  { repositories: [repository] }: SharedArgs["topology"],
  certificates: Certificates,
): ServiceFile[] {
  if (repository === undefined) return [];
  const plan = renderRestorePlan(settings);
  return [
    { path: paths.archive, content: archive, onChange: "nothing" },
    {
      path: paths.archiveConf,
      content: renderMemberConf({ settings, repository }),
      onChange: "nothing",
    },
    certificates.identityFile(archiveIdentity, paths.archiveIdentity, "nothing"),
    ...(plan === undefined
      ? []
      : [
          { path: paths.restoreMember, content: restoreMember, onChange: "nothing" as const },
          { path: paths.restorePlan, content: plan, onChange: "nothing" as const },
        ]),
  ];
}

/** Patroni under the guard, which also feeds the kernel's watchdog if one is configured. */
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

/** Succeeds if the member leads, or streams from the current leader on its timeline. */
export const isReady = [
  ...["sh", paths.memberReady],
  ...[`https://localhost:${ports.patroni}`, paths.caOf(paths.patroniConfig), paths.startStopped],
];
