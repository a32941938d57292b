import { clusterTool, guard, memberReady } from "../../components/scripts";
import { renderBeforePromote } from "../../configs/beforePromote";
import { renderBeforeStop } from "../../configs/beforeStop";
import { dynamicConfig, type DynamicConfig } from "../../configs/dynamicConfig";
import { etcdUser } from "../../configs/etcd/access";
import { paths } from "../../configs/paths";
import { renderPatroniYml } from "../../configs/patroniYml";
import type { Settings } from "../../configs/settings/schema";
import { ports } from "../../configs/topology";
import { testPassword } from "./access";
import type { TestCertificate } from "./certificates";
import type { TestService } from "./containers";
import { imageOf } from "./images";
import { namedTopology } from "./models";

/** What a test's members share, among containers on one network. */
export const testDynamic = (settings: Settings): DynamicConfig =>
  dynamicConfig(settings, { clusterNetworks: ["samenet"], clientNetworks: [] });

/** Password of Patroni's login to etcd, without a space, at which etcdctl stops reading. */
export const testEtcdPassword = testPassword(etcdUser, 0).replaceAll(" ", "");

/** A member's readiness check, as the component asks for it. */
export const testReadiness = [
  ...["sh", paths.memberReady, `https://localhost:${ports.patroni}`],
  ...[paths.caOf(paths.patroniConfig), paths.startStopped],
];

/** A member of PostgreSQL, as the component runs it. */
export async function patroniMember(
  settings: Settings,
  name: string,
  ca: TestCertificate,
): Promise<TestService> {
  const { etcd, members } = namedTopology(settings);
  const member = members.find((one) => one.name === name);
  if (member === undefined) throw new Error(`no member is named ${name}`);
  const { version } = settings.postgres;
  const login = (role: string) => ({ name: role, password: testPassword(role, 0) });
  const restApi = testPassword("restApi", 0);
  const own = await ca.sign({ names: [name, "localhost", "127.0.0.1"] });
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
    watchdog: "off",
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
      file(paths.guard, guard),
    ],
    command: ["python3", paths.guard, paths.watchdog, "--", "patroni", paths.patroniYml],
  };
}
