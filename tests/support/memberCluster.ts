import { spawnSync } from "node:child_process";
import { foundingFiles } from "../../configs/patroni/coldStart";
import { etcdAccess, etcdUser } from "../../configs/etcd/access";
import { paths } from "../../configs/cluster/paths";
import { restApiUser } from "../../configs/patroni/patroniYml";
import type { Settings } from "../../configs/settings/schema";
import type { TestCertificate } from "./certificates";
import { Sandbox, type TestService } from "./containers";
import { etcdCertificates, type EtcdCertificates, etcdctlIn, etcdMember } from "./etcd";
import { imageOf } from "./images";
import { namedTopology } from "./models";
import {
  memberCertificate,
  patroniMember,
  testEtcdPassword,
  testRestApiPassword,
} from "./patroniMember";

const superuser = ["-h", paths.pgSocket, "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1"];

/**
 * Patroni members and one etcd member in containers of a test's own, as the components run them,
 * with nothing in front. Starting, killing and losing disks is the test's to do.
 */
export class MemberCluster {
  readonly sandbox = new Sandbox();
  private etcdFiles: EtcdCertificates | undefined;
  private readonly identities = new Map<string, TestCertificate>();

  /** @param settings with one member of etcd */
  constructor(private settings: Settings) {}

  /** Names of the members. */
  get names(): string[] {
    return namedTopology(this.settings).members.map(({ name }) => name);
  }

  /** Makes certificates, starts etcd and permits the first member to found the cluster. */
  async begin(): Promise<void> {
    imageOf("etcd");
    imageOf("patroni");
    this.etcdFiles = await etcdCertificates(this.settings);
    for (const name of this.names) {
      this.identities.set(name, await memberCertificate(name, this.etcdFiles.ca));
    }
    this.startEtcd();
    this.permit("patroni1", this.memberService("patroni1"), foundingFiles.permission);
  }

  /** Starts etcd, on its data if it has any, and lets members in. */
  startEtcd(): void {
    if (this.etcdFiles === undefined) throw new Error("the test has not begun");
    const service = etcdMember(this.settings, "etcd1", this.etcdFiles);
    this.permit("etcd1", service, `${paths.etcdData}/founding-permitted`);
    this.sandbox.start("etcd1", service);
    const isReady = () => this.sandbox.execute("etcd1", paths.etcdReady).status === 0;
    this.sandbox.waitFor("etcd1", 30, isReady);
    const { clusterName, patroni } = this.settings;
    const script = etcdAccess({ clusterName, namespace: patroni.namespace });
    const input = `${etcdUser} ${testEtcdPassword}\n`;
    const { status, output } = this.sandbox.executeWith(input, "etcd1", "sh", "-c", script);
    if (status !== 0) throw new Error(output);
  }

  /** One of the cluster's keys in etcd; empty if there is none. */
  key(name: string): string {
    const { clusterName } = this.settings;
    const key = `/service/${clusterName}/${name}`;
    return etcdctlIn(this.sandbox, "etcd1", "get", "--print-value-only", key).output.trim();
  }

  /** Has etcd forget who leads, as it does when the lease ends, but at once. */
  forgetLeader(): void {
    this.deleteKey("leader");
  }

  /** Sets values of the first level of the dynamic configuration. */
  configure(values: Record<string, unknown>): void {
    const config = JSON.parse(this.key("config")) as Record<string, unknown>;
    this.putKey("config", JSON.stringify({ ...config, ...values }));
  }

  /** Sets one of the cluster's keys in etcd. */
  putKey(name: string, value: string): void {
    const { clusterName } = this.settings;
    const key = `/service/${clusterName}/${name}`;
    const { status, output } = etcdctlIn(this.sandbox, "etcd1", "put", key, value);
    if (status !== 0) throw new Error(output);
  }

  deleteKey(name: string): void {
    const { clusterName } = this.settings;
    etcdctlIn(this.sandbox, "etcd1", "del", `/service/${clusterName}/${name}`);
  }

  /** Gives a stopped member an update's permission to found the cluster, once more. */
  permitFounding(name: string): void {
    this.prepare(name, `: >${foundingFiles.permission}`);
  }

  /** Runs a shell command on a stopped member's data. */
  prepare(name: string, script: string): void {
    this.sandbox.prepare(name, this.memberService(name), script);
  }

  /** Has the leader hand over to any other member. Answers once nobody leads, or another does. */
  switchover(leader: string): void {
    const call = [
      ...[
        "curl",
        "-s",
        "--cacert",
        paths.caOf(paths.patroniConfig),
        "-u",
        `${restApiUser}:${testRestApiPassword}`,
      ],
      ...["-d", JSON.stringify({ leader }), "https://localhost:8008/switchover"],
    ];
    const { output } = this.sandbox.execute(leader, ...call);
    if (!/Successfully|switched over/i.test(output)) throw new Error(`switchover: ${output}`);
  }

  /** Changes the settings that the next start of a member reads. */
  change(settings: Settings): void {
    this.settings = settings;
  }

  /**
   * Gives a member another certificate, from its next start on. @param days see
   * `CertificateRequest`
   */
  async certify(name: string, days = 10): Promise<TestCertificate> {
    if (this.etcdFiles === undefined) throw new Error("the test has not begun");
    const own = await memberCertificate(name, this.etcdFiles.ca, days);
    this.identities.set(name, own);
    return own;
  }

  start(...names: string[]): void {
    for (const name of names) this.sandbox.start(name, this.memberService(name));
  }

  /** Kills members at once. */
  kill(...names: string[]): void {
    for (const name of names) this.sandbox.stop(name);
  }

  /** Loses a disk; the member must be stopped. */
  lose(name: string): void {
    this.sandbox.stop(name, "lost");
  }

  /** Keeps a copy of a stopped member's disk, or puts it back. */
  copy(name: string, direction: "keep" | "restore"): void {
    this.sandbox.copyData(name, imageOf("patroni"), paths.postgresData, direction);
  }

  /** The member that takes writes; undefined if none does. */
  leader(): string | undefined {
    return this.names.find((name) => this.sql(name, "SELECT pg_is_in_recovery()") === "f");
  }

  /**
   * Waits until one member takes writes.
   * @throws {Error} with all logs once the time is over
   */
  awaitLeader(seconds = 60): string {
    let found: string | undefined;
    try {
      this.sandbox.waitFor("etcd1", seconds, () => (found = this.leader()) !== undefined);
    } catch {
      throw new Error(this.names.map((name) => this.log(name)).join("\n"));
    }
    return found ?? "";
  }

  /** Waits until all members but the leader stream from it on its timeline, and let clients in. */
  awaitStreaming(...names: string[]): void {
    // A copy that is being made streams, too, by another name.
    const query =
      `SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' ` +
      `AND application_name IN (${names.map((name) => `'${name}'`).join(", ")})`;
    const leader = this.awaitLeader();
    const isHealthy = () =>
      Number(this.sql(leader, query)) >= names.length - 1 &&
      names.every((name) => this.sql(name, "SELECT 1") === "1");
    try {
      this.sandbox.waitFor("etcd1", 60, isHealthy);
    } catch {
      throw new Error(names.map((name) => this.log(name)).join("\n"));
    }
  }

  /**
   * Whether the leader no longer has the WAL that a standby needs next, by the standby's last
   * words.
   */
  lacksWal(name: string): boolean {
    const words = this.log(name).split("\n").slice(-40).join("\n");
    return /requested WAL segment \S+ has already been removed/.test(words);
  }

  /** Gives a standby a new copy of the leader's data. */
  copyAnew(name: string): void {
    const tool = ["patronictl", "-c", paths.patroniYml, "reinit", "--force", "--wait"];
    const { clusterName } = this.settings;
    const { status, output } = this.sandbox.execute(name, ...tool, clusterName, name);
    if (status !== 0) throw new Error(`reinit of ${name}: ${output}`);
  }

  /** What a query answers on a member; empty if nobody answers there. */
  sql(member: string, query: string): string {
    const { status, output } = this.sandbox.execute(member, "psql", ...superuser, "-c", query);
    return status === 0 ? output.trim() : "";
  }

  /**
   * Writes rows with these numbers on a member, each in a transaction, and answers with those that
   * were acknowledged.
   */
  write(member: string, from: number, count: number): number[] {
    const numbers = Array.from({ length: count }, (_, i) => from + i);
    const script = numbers.map((n) => `INSERT INTO written VALUES (${n});\n\\echo ${n}\n`).join("");
    const { output } = this.sandbox.executeWith(script, member, "psql", ...superuser);
    return output
      .split("\n")
      .filter((line) => /^\d+$/.test(line))
      .map(Number);
  }

  /** The numbers that a member holds. */
  rows(member: string): Set<number> {
    return new Set(this.sql(member, "TABLE written").split("\n").map(Number));
  }

  /** The end of a member's log. */
  log(name: string): string {
    return `== ${name}\n${this.sandbox.log(name).slice(-3000)}`;
  }

  remove(): void {
    this.sandbox.remove();
  }

  /** Makes an empty file in a service's data, before it starts. */
  private permit(name: string, service: TestService, file: string): void {
    const { dataDirectory } = service;
    const give = `: >${file}; chown --reference=${dataDirectory} ${file}`;
    this.sandbox.prepare(name, service, `[ -n "$(ls ${dataDirectory})" ] || { ${give}; }`);
  }

  private memberService(name: string): TestService {
    const own = this.identities.get(name);
    if (own === undefined || this.etcdFiles === undefined) throw new Error(`no member is ${name}`);
    return patroniMember(this.settings, name, { ca: this.etcdFiles.ca, own });
  }
}

/** Numbers that were acknowledged and that the leader does not hold. */
export function lostOf(acknowledged: Iterable<number>, held: Set<number>): number[] {
  return [...acknowledged].filter((one) => !held.has(one));
}

/** Lets time pass: the helpers of this file run commands one after the other. */
export const sleep = (seconds: number) => void spawnSync("sleep", [String(seconds)]);
