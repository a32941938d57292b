import {
  clusterTool,
  guardFiles,
  leaseClock,
  memberReady,
  coldStart,
} from "../../programs/programs";
import { renderBeforePromote } from "../../configs/patroni/beforePromote";
import { renderBeforeStop } from "../../configs/patroni/beforeStop";
import { foundingFiles, renderStart } from "../../configs/patroni/coldStart";
import { dynamicConfig, type DynamicConfig } from "../../configs/patroni/dynamicConfig";
import { etcdUser } from "../../configs/etcd/access";
import { paths } from "../../configs/cluster/paths";
import { renderPatroniYml } from "../../configs/patroni/patroniYml";
import type { Settings } from "../../configs/settings/schema";
import { ports } from "../../configs/cluster/ports";
import { testPassword } from "./access";
import type { TestCertificate } from "./certificates";
import type { Sandbox, TestService } from "./containers";
import { imageOf } from "./images";
import { namedTopology } from "./models";

/** What a test's members share, among containers on one network. */
export const testDynamic = (settings: Settings): DynamicConfig =>
  dynamicConfig(settings, { clusterNetworks: ["samenet"], clientNetworks: [] });

/** Password of Patroni's login to etcd, without a space, at which etcdctl stops reading. */
export const testEtcdPassword = testPassword(etcdUser, 0).replaceAll(" ", "");

/** Password of the unsafe calls of Patroni's REST API. */
export const testRestApiPassword = testPassword("restApi", 0);

/** A member's readiness check, as the component asks for it. */
export const testReadiness = [
  ...["sh", paths.memberReady, `https://localhost:${ports.patroni}`],
  ...[paths.caOf(paths.patroniConfig), paths.startStopped],
];

/** Permits a member that has not started yet to found the cluster, as an update does. */
export const permitFounding = (sandbox: Sandbox, name: string, member: TestService) =>
  sandbox.prepare(
    name,
    member,
    `: >${foundingFiles.permission}; chown --reference=${paths.postgresData} ${foundingFiles.permission}`,
  );

/** A member's own certificate. */
export const memberCertificate = (
  name: string,
  ca: TestCertificate,
  days = 10,
): Promise<TestCertificate> => ca.sign({ names: [name, "localhost", "127.0.0.1"], days });

/** A member of PostgreSQL, as the component runs it. */
export function patroniMember(
  settings: Settings,
  name: string,
  { ca, own }: { ca: TestCertificate; own: TestCertificate },
): TestService {
  const { etcd, members } = namedTopology(settings);
  const member = members.find((one) => one.name === name);
  if (member === undefined) throw new Error(`no member is named ${name}`);
  const { version } = settings.postgres;
  const login = (role: string) => ({ name: role, password: testPassword(role, 0) });
  const restApi = testRestApiPassword;
  const patroniYml = renderPatroniYml({
    settings,
    member,
    etcd,
    dynamic: testDynamic(settings),
    credentials: {
      superuser: testPassword("postgres", 0),
      replication: login("replicator"),
      rewind: login("rewind"),
      restApi,
      etcd: { name: etcdUser, password: testEtcdPassword },
    },
  });
  const file = (path: string, content: string, mode = 0o750) => ({ path, content, mode });
  return {
    image: imageOf("patroni"),
    configDirectory: paths.patroniConfig,
    dataDirectory: paths.postgresData,
    files: [
      file(paths.caOf(paths.patroniConfig), ca.certificate),
      file(paths.identityOf(paths.patroniConfig), own.identity, 0o600),
      file(paths.patroniYml, patroniYml, 0o640),
      file(paths.beforeStop, renderBeforeStop(version)),
      file(paths.beforePromote, renderBeforePromote({ version, member: name, restApi })),
      file(paths.clusterTool, clusterTool),
      file(paths.memberReady, memberReady),
      ...guardFiles.map((one) => file(`${paths.patroniConfig}/${one.name}`, one.content)),
      file(paths.leaseClock, leaseClock),
      file(paths.coldStart, coldStart),
      file(paths.startPlan, renderStart(settings, members), 0o640),
    ],
    command: [
      ...["python3", paths.guard, paths.watchdog, paths.pgData(version), "--"],
      ...["python3", paths.coldStart, "python3", paths.leaseClock, paths.patroniYml],
    ],
  };
}
