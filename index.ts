import { databaseUrls } from "./components/connections";
import { PostgresCluster } from "./components/postgresCluster";
import { stackIdentity, stackSettings } from "./components/stackSettings";
import { openPlatform } from "./platforms/open";

// Not asynchronous: an error thrown here is shown at once, in an async program after 20 seconds.
const settings = stackSettings();
const platform = openPlatform(settings, stackIdentity());
const cluster = new PostgresCluster("cluster", { settings, platform });
const [firstDatabase] = Object.keys(settings.databases);

export = {
  clusterName: settings.clusterName,
  connectionStrings: cluster.connectionStrings,
  roleConnectionStrings: cluster.roleConnectionStrings,
  administratorConnectionStrings: cluster.administratorConnectionStrings,
  monitorConnectionStrings: cluster.monitorConnectionStrings,
  ...(firstDatabase === undefined ? {} : databaseUrls(cluster.connectionStrings, firstDatabase)),
  ...cluster.endpoints,
  caCertificate: cluster.caCertificate,
  statsLogin: cluster.statsLogin,
};
