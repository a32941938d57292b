import { databaseUrls } from "./components/connections";
import { PostgresCluster } from "./components/postgresCluster";
import { stackIdentity, stackSettings } from "./components/stackSettings";
import { DockerPlatform } from "./platforms/docker/dockerPlatform";
import { preflight } from "./platforms/docker/preflight";

export = async () => {
  const settings = stackSettings();
  const stack = stackIdentity();
  await preflight(settings, stack);

  const platform = new DockerPlatform("docker", settings, stack);
  const cluster = new PostgresCluster("cluster", { settings, platform });
  const [firstDatabase] = Object.keys(settings.databases);

  return {
    clusterName: settings.clusterName,
    connectionStrings: cluster.connectionStrings,
    ...(firstDatabase === undefined ? {} : databaseUrls(cluster.connectionStrings, firstDatabase)),
    ...cluster.endpoints,
  };
};
