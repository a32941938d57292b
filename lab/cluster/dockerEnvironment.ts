import assert from "node:assert/strict";
import { paths } from "../../configs/cluster/paths";
import { type Ending, run, succeed } from "../../platforms/command";
import { docker, DockerObjects } from "../dockerObjects";
import type { TestEnvironment, StackSettings } from "./testEnvironment";

const caOfMembers = paths.caOf(paths.patroniConfig);

/** A Docker Engine. */
export class DockerEnvironment implements TestEnvironment {
  readonly objects: DockerObjects;

  /** @param cluster name of the cluster */
  constructor(private readonly cluster: string) {
    this.objects = new DockerObjects(cluster);
  }

  prepare(): Promise<void> {
    this.objects.remove();
    return Promise.resolve();
  }

  adopt(): Promise<boolean> {
    return Promise.resolve(this.objects.all().containers.length > 0);
  }

  dispose({ isKept }: { isKept: boolean }): void {
    if (!isKept) this.objects.remove();
  }

  incarnations(): Promise<Record<string, string>> {
    const ids = this.objects
      .runningContainers()
      .map((container) => [
        container.slice(this.cluster.length + 1),
        docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", container),
      ]);
    return Promise.resolve(Object.fromEntries(ids) as Record<string, string>);
  }

  runningMembers(): Promise<number> {
    const running = this.objects.runningContainers();
    return Promise.resolve(running.filter((container) => container.includes("-patroni")).length);
  }

  makeRoom(): Promise<StackSettings> {
    return Promise.resolve({});
  }

  inMember(member: string, ...command: string[]): Promise<string> {
    return Promise.resolve(docker("exec", this.containerOf(member), ...command));
  }

  asStranger(script: string): Promise<Ending> {
    const image = docker("inspect", "--format", "{{.Image}}", this.containerOf("patroni1"));
    const words = ["run", "--rm", "--no-healthcheck", "--network", this.cluster];
    return run(["docker", ...words, "--entrypoint", "sh", image, "-c", script]);
  }

  addressOf(service: string): string {
    return service;
  }

  fromInside(url: string, member?: string): string {
    // Inside the members' network, members answer on their own names and ports.
    return url
      .replace(/@[^/]+\//, `@${member ?? "patroni3,patroni2,patroni1"}/`)
      .replace(/sslrootcert=[^&]+/, `sslrootcert=${caOfMembers}`);
  }

  crash(member: string): Promise<void> {
    docker("kill", this.containerOf(member));
    return Promise.resolve();
  }

  setDataAccess(member: string, access: "denied" | "granted"): Promise<void> {
    // The member's own container may be missing or reject logins. Any image of a member works.
    const other = this.objects
      .runningContainers()
      .find((one) => one.includes("-patroni") && one !== this.containerOf(member));
    const image = docker("inspect", "--format", "{{.Image}}", other ?? "");
    const volume = `${this.containerOf(member)}-data:/data`;
    docker(
      ...["run", "--rm", "--user", "0", "--no-healthcheck", "--network", "none"],
      ...["--volume", volume, image, "chmod", access === "denied" ? "000" : "700", "/data"],
    );
    return Promise.resolve();
  }

  async inFilesOf(service: string, script: string, stdin: string): Promise<void> {
    const of = (format: string) => docker("inspect", "--format", format, this.containerOf(service));
    const volumes = of("{{range .Mounts}}{{.Name}}:{{.Destination}} {{end}}").trim().split(" ");
    const words = ["--rm", "-i", "--user", "0", "--no-healthcheck", "--network", "none"];
    const mounts = volumes.flatMap((volume) => ["--volume", volume]);
    const image = of("{{.Image}}");
    await succeed(
      ["docker", "run", ...words, ...mounts, "--entrypoint", "sh", image, "-euc", script],
      stdin,
    );
  }

  restartAll(): Promise<void> {
    docker("restart", ...this.objects.runningContainers());
    return Promise.resolve();
  }

  placesThatShow(words: string[]): Promise<string[]> {
    const { containers } = this.objects.all();
    const places = containers.flatMap((container) => [
      { name: `docker inspect ${container}`, shown: docker("inspect", container) },
      { name: `docker top ${container}`, shown: docker("top", container, "-eo", "pid,args") },
      { name: `docker logs ${container}`, shown: docker("logs", container) },
    ]);
    const images = [
      ...new Set(containers.map((one) => docker("inspect", "--format", "{{.Image}}", one))),
    ];
    for (const image of images) {
      const layers = ["image", "history", "--no-trunc", "--format", "{{.CreatedBy}} {{.Comment}}"];
      const shown = docker(...layers, image) + docker("image", "inspect", image);
      places.push({ name: `image ${image}`, shown });
    }
    return Promise.resolve(
      places
        .filter(({ shown }) => words.some((word) => shown.includes(word)))
        .map(({ name }) => name),
    );
  }

  assertUntouched(): Promise<void> {
    assert.deepEqual(this.objects.all(), { containers: [], volumes: [], networks: [] });
    return Promise.resolve();
  }

  assertOnlyDataLeft(): Promise<void> {
    const services = ["etcd1", "etcd2", "etcd3", "patroni1", "patroni2", "patroni3"];
    const volumes = services.map((service) => `${this.containerOf(service)}-data`);
    assert.deepEqual(this.objects.all(), { containers: [], volumes, networks: [] });
    return Promise.resolve();
  }

  /** Name of a service's container. */
  containerOf(service: string): string {
    return `${this.cluster}-${service}`;
  }
}
