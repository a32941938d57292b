import { spawnSync } from "node:child_process";
import { basename } from "node:path";
import type { SettingsInput } from "../../configs/settings/schema";
import type { Ending } from "../../platforms/command";
import { withHereDocument } from "../../platforms/shell";
import type { TestCertificate } from "./certificates";
import { dockerCluster } from "./fixtures";
import { imageOf } from "./images";
import { plain, record } from "./mocks";
import { hereDocument, unpacked } from "./unpacked";

const programs = { postgres: "patroni", haproxy: "haproxy", pgbouncer: "pgbouncer" } as const;

/** How a trial of a test differs from the stack file's. */
export interface Changes {
  input?: Partial<SettingsInput>;
  /** Files with another content, by name. */
  files?: Record<string, (content: string) => string>;
  /** More words of the docker client, for the container's limits. */
  options?: string;
}

/**
 * The trials of a cluster, as they run on Docker, on the tests' images and with certificates that
 * are some.
 */
export class DockerTrials {
  private constructor(
    private readonly ca: string,
    private readonly identity: string,
  ) {}

  static async with(ca: TestCertificate): Promise<DockerTrials> {
    for (const program of Object.values(programs)) imageOf(program);
    const { identity } = await ca.sign({ names: ["localhost"] });
    return new DockerTrials(ca.certificate, identity);
  }

  /** Runs one of them. */
  async run(
    kind: keyof typeof programs,
    { input = {}, files = {}, options = "" }: Changes = {},
  ): Promise<Ending> {
    const recorder = await record(() => dockerCluster(input));
    const { inputs } = recorder.named(`cluster-trials-${kind}`);
    const line = String(plain(inputs.create))
      .replace(`'sha256:test-${programs[kind]}'`, imageOf(programs[kind]))
      // The last of two limits counts.
      .replace("'--entrypoint'", `${options} '--entrypoint'`);
    const script = rewritten(unpacked(String(plain(inputs.stdin))), {
      // Mocks make none.
      "ca.pem": () => this.ca,
      "identity.pem": () => this.identity,
      ...files,
    });
    const { status, stdout, stderr } = spawnSync("sh", ["-c", line], {
      input: script,
      encoding: "utf8",
      timeout: 120_000,
    });
    return { status, output: stdout + stderr };
  }
}

const installed = new RegExp(`^(install_file '([^']*)' \\d+)${hereDocument.source}`, "gm");

/** An install script with other contents of some files. */
const rewritten = (script: string, files: Changes["files"] = {}): string =>
  script.replace(installed, (all, command: string, path: string, _: string, content: string) => {
    const change = files[basename(path)];
    if (change === undefined) return all;
    return withHereDocument(command, change(content)).join("\n");
  });
