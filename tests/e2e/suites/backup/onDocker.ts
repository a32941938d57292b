import type { DockerEnvironment } from "../../../../lab/cluster/dockerEnvironment";
import type { StackSettings } from "../../../../lab/cluster/testEnvironment";
import { docker } from "../../../../lab/dockerObjects";
import { ObjectStorage } from "../../../support/objectStorage";
import type { BackupEnvironment } from "../backup";

/** Backups in a volume of the Engine. */
export const inVolume = (environment: DockerEnvironment): BackupEnvironment => ({
  loseAllButRepository: () => lose(environment, repositoryOf(environment)),
  removeRepository: () => {
    docker("volume", "rm", repositoryOf(environment));
    return Promise.resolve();
  },
});

/** Backups in S3-compatible storage. */
export function inStorage(name: string, environment: DockerEnvironment): BackupEnvironment {
  let storage: ObjectStorage | undefined;
  const image = () => docker("inspect", "--format", "{{.Image}}", environment.containerOf("etcd1"));
  return {
    makeRoom: async () => {
      storage = await ObjectStorage.start(`${name}-storage`, name, image());
      return { backup: { s3: storage.settings } };
    },
    further: () => after(() => storage?.remove()),
    loseAllButRepository: () => lose(environment),
    withoutRoom: { backup: { s3: undefined } },
    removeRepository: () => inVolume(environment).removeRepository(),
  };
}

const repositoryOf = (environment: DockerEnvironment) =>
  `${environment.containerOf("repository1")}-data`;

/** Loses all containers and volumes but one. */
function lose({ objects }: DockerEnvironment, kept?: string): Promise<StackSettings> {
  const { containers, volumes } = objects.all();
  docker("rm", "--force", ...containers);
  docker("volume", "rm", ...volumes.filter((volume) => volume !== kept));
  return Promise.resolve({});
}
