import { PostgresCluster } from "../../components/postgresCluster";
import { parseSettings } from "../../configs/settings/parse";
import type { SettingsInput } from "../../configs/settings/schema";
import { DockerPlatform } from "../../platforms/docker/dockerPlatform";

/** Settings with defaults, for tests. */
export const settingsWith = (input: Partial<SettingsInput> = {}) =>
  parseSettings({ clusterName: "test", ...input });

/** A cluster on Docker, as index.ts makes it. */
export function dockerCluster(input: Partial<SettingsInput> = {}): PostgresCluster {
  const settings = settingsWith(input);
  const platform = new DockerPlatform("docker", settings, {
    stack: "organization/hapg/test",
    networkExists: false,
  });
  return new PostgresCluster("cluster", { settings, platform });
}
