import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../configs/settings/schema";
import { namesOf, planOf } from "../../configs/cluster/plan";
import type { DockerReach } from "../../platforms/docker/dockerReach";
import type { Direction, Faults, Undo } from "./faults";
import { healing, partitionRules } from "./partition";
import { fillWal } from "./fillWal";
import { ProcessFaults } from "./processFaults";
import { postmasterSignal } from "./postmaster";

const dockerfile = readFileSync(join(__dirname, "Dockerfile"), "utf8");
const context = join(__dirname, "..", "..", "images");

/** Faults of containers on an Engine. */
export class DockerFaults extends ProcessFaults implements Faults {
  private readonly services: string[];
  private tools: Promise<string> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly reach: DockerReach,
  ) {
    super();
    this.services = planOf(settings).map(({ name }) => name);
  }

  async stop(service: string): Promise<Undo> {
    await this.docker("stop", this.containerOf(service));
    return () => this.docker("start", this.containerOf(service));
  }

  async kill(service: string): Promise<Undo> {
    await this.docker("kill", this.containerOf(service));
    return () => this.docker("start", this.containerOf(service));
  }

  async restart(services: string[]): Promise<void> {
    // A single command for all would stop them one after the other.
    const restart = (service: string) => this.docker("restart", this.containerOf(service));
    await Promise.all(services.map(restart));
  }

  killMachine(member: string): Promise<Undo> {
    return this.kill(member);
  }

  async pauseMachine(member: string): Promise<Undo> {
    await this.docker("pause", this.containerOf(member));
    return () => this.docker("unpause", this.containerOf(member));
  }

  async isolate(member: string): Promise<Undo> {
    const container = this.containerOf(member);
    await this.docker("network", "disconnect", this.settings.clusterName, container);
    return () => this.connect(member);
  }

  async lose(
    service: string,
    others: string[],
    direction: Direction,
    share?: number,
  ): Promise<Undo> {
    const ends = await Promise.all(
      others.map(async (other) => ({ service: other, address: await this.addressOf(other) })),
    );
    await this.inNetworkOf(service, "nft -f -", partitionRules(service, ends, direction, share));
    return async () => {
      // The rules of a stopped container have ended with it.
      const [state] = await this.stateOf(service);
      if (state !== "exited") await this.inNetworkOf(service, healing);
    };
  }

  fillWal(member: string): Promise<Undo> {
    return fillWal(this, member, this.settings.postgres.version, {
      asUser: (script) => this.inService(member, script),
      asRoot: (script) => this.inMountsOf(member, script),
    });
  }

  async repair(): Promise<void> {
    for (const service of this.services) {
      const [state = "", networks = ""] = await this.stateOf(service);
      if (state === "paused") await this.docker("unpause", this.containerOf(service));
      if (state === "exited") await this.docker("start", this.containerOf(service));
      if (networks === "map[]") await this.connect(service);
      await this.inNetworkOf(service, healing);
    }
    for (const member of namesOf("patroni", this.settings)) {
      // Nothing to resume: they do not run there.
      await this.signalPatroni(member, "CONT").catch(() => undefined);
      await this.signalPostgres(member, "CONT").catch(() => undefined);
    }
  }

  private connect(service: string): Promise<void> {
    const { clusterName } = this.settings;
    const words = ["network", "connect", "--alias", service, clusterName];
    return this.docker(...words, this.containerOf(service));
  }

  private async inService(service: string, script: string): Promise<void> {
    const { status, output } = await this.reach.execute(service, ["sh", "-euc", script]);
    if (status !== 0) throw new Error(`${service}: ${output.trim()}`);
  }

  private async inMountsOf(service: string, script: string): Promise<void> {
    const pid = await this.inspect(service, "{{.State.Pid}}");
    const needed = [
      "SYS_ADMIN",
      "SYS_CHROOT",
      "SYS_PTRACE",
      "DAC_OVERRIDE",
      "CHOWN",
      "FOWNER",
      "KILL",
    ];
    await this.docker(
      ...["run", "--rm", "--network", "none", "--pid", "host", "--cap-drop", "ALL"],
      ...needed.flatMap((capability) => ["--cap-add", capability]),
      ...["--security-opt", "apparmor=unconfined", "--security-opt", "seccomp=unconfined"],
      ...[await this.toolsImage(), "nsenter", "-t", pid, "-m", "-p", "sh", "-c", script],
    );
  }

  protected killMain(service: string): Promise<void> {
    // Children of the init, as the kernel lists them: the image has no `pgrep`.
    return this.inService(service, "kill -s KILL $(cut -d ' ' -f 1 /proc/1/task/1/children)");
  }

  protected signalPostgres(member: string, signal: string): Promise<void> {
    return this.inService(member, postmasterSignal(this.settings.postgres.version, signal));
  }

  /** A container's first process is the guard, and Patroni its child. */
  protected signalPatroni(member: string, signal: string): Promise<void> {
    return this.inService(member, `kill -s ${signal} $(pgrep -P 1 -x patroni)`);
  }

  private async inNetworkOf(service: string, command: string, input = ""): Promise<void> {
    await this.succeed(
      [
        ...["run", "--rm", "-i", "--network", `container:${this.containerOf(service)}`],
        ...["--cap-drop", "ALL", "--cap-add", "NET_ADMIN", await this.toolsImage()],
        ...["sh", "-c", command],
      ],
      input,
    );
  }

  addressOf(service: string): Promise<string> {
    return this.inspect(service, "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
  }

  private async stateOf(service: string): Promise<string[]> {
    const format = "{{.State.Status}} {{.NetworkSettings.Networks}}";
    return (await this.inspect(service, format)).split(" ");
  }

  private inspect(service: string, format: string): Promise<string> {
    return this.succeed(["inspect", "--format", format, this.containerOf(service)]);
  }

  /** The image of the tools, built when it is first needed. */
  private toolsImage(): Promise<string> {
    this.tools ??= this.buildTools();
    return this.tools;
  }

  private async buildTools(): Promise<string> {
    const { baseImage } = this.settings.docker;
    const digest = createHash("sha256").update(dockerfile).update(baseImage).digest("hex");
    const image = `hapg/drill-tools:${digest.slice(0, 12)}`;
    const words = ["build", "--quiet", "--build-arg", `BASE_IMAGE=${baseImage}`, "--tag", image];
    await this.succeed([...words, "--file", join(__dirname, "Dockerfile"), context]);
    return image;
  }

  private containerOf(service: string): string {
    return this.reach.containerOf(service);
  }

  private async docker(...words: string[]): Promise<void> {
    await this.succeed(words);
  }

  private async succeed(words: string[], input?: string): Promise<string> {
    const { status, output } = await this.reach.docker(words, input);
    if (status !== 0) throw new Error(`docker ${words.join(" ")} failed: ${output.trim()}`);
    return output.trim();
  }
}
