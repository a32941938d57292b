import { z } from "zod";
import {
  address,
  hostAddress,
  identifier,
  line,
  network,
  port,
  systemPackage,
  wholeNumber,
} from "./values";

const sshUser = () => line().regex(/^[a-z_][a-z0-9_.-]*$/i, "must be the name of a user");

const hostKey = () =>
  line()
    .regex(/^(ssh-|ecdsa-)\S+ \S+/, "must be a public host key, such as ssh-ed25519 AAAA…")
    .optional();

const ssh = z
  .strictObject({
    user: sshUser()
      .default("root")
      .describe("User to log in as: root, or a user that may use sudo without a password."),
    port: port().default(22).describe("Port of the hosts' SSH servers."),
    privateKey: z
      .string()
      .optional()
      .describe("The private key. Set it as a secret: `pulumi config set --secret --path`."),
    privateKeyFile: line()
      .optional()
      .describe("File that contains the private key. Default, without a key: the SSH agent."),
    jumpHost: z
      .strictObject({
        address: hostAddress().describe("Address of the jump host."),
        user: sshUser().optional().describe("User on the jump host. Default: the hosts' user."),
        port: port().default(22).describe("Port of the jump host's SSH server."),
        hostKey: hostKey().describe(
          "Public host key of the jump host. Default: the one in known_hosts.",
        ),
      })
      .optional(),
  })
  .refine(({ privateKey, privateKeyFile }) => !(privateKey && privateKeyFile), {
    path: ["privateKeyFile"],
    message: "and privateKey exclude each other",
  })
  .prefault({});

const host = z.strictObject({
  address: address().describe("Address under which other hosts and clients reach the host."),
  services: z
    .array(identifier(32))
    .min(1)
    .describe(
      "Services of the host, such as etcd1, patroni1, haproxy1 and pgbouncer1. With backups, one " +
        "host has repository1.",
    ),
  zone: line()
    .optional()
    .describe(
      "Availability zone. A zone must not contain all members, or a majority of etcd's members.",
    ),
  hostKey: hostKey().describe("Public SSH host key. Default: the one in known_hosts."),
  sshAddress: hostAddress().optional().describe("Address for SSH. Default: `address`."),
  away: z
    .boolean()
    .default(false)
    .describe(
      "The host is down: `up` does not log in to it and leaves its resources unchanged. If " +
        "you then remove it from the stack file, it is removed without a login.",
    ),
});

/** Hosts, access to them, and what the program may change on them. */
export const vmSettings = z
  .strictObject({
    ssh,
    hosts: z.record(identifier(63), host).default({}).describe("Hosts by name."),
    packageSource: z
      .enum(["distribution", "postgresql"])
      .default("distribution")
      .describe(
        "Where packages come from: only from the distribution, or also from PostgreSQL's own " +
          "repository.",
      ),
    postgresqlRepository: z
      .url({ protocol: /^https?$/ })
      .default("https://apt.postgresql.org/pub/repos/apt")
      .describe("URL of PostgreSQL's own repository or of a mirror."),
    versions: z
      .record(systemPackage(), line().regex(/^[\w.+:~-]+$/, "must be a package version"))
      .default({})
      .describe(
        "Package versions by name. Packages that are not listed keep the version that was " +
          "installed first.",
      ),
    clientNetworks: z
      .array(network())
      .default([])
      .describe(
        "Networks whose clients may connect to members directly, without HAProxy or PgBouncer.",
      ),
    firewall: z
      .boolean()
      .default(false)
      .describe(
        "Restrict the ports of etcd, Patroni, PostgreSQL, backups and exporters to the cluster's " +
          "hosts, and to `clientNetworks` for PostgreSQL.",
      ),
    journal: z
      .strictObject({
        maximumMegabytes: wholeNumber(16, 1048576)
          .optional()
          .describe("Space of the host's journal on disk, in MiB. Default: systemd's own."),
        days: wholeNumber(1, 3650)
          .optional()
          .describe("Age at which entries of the journal are removed, in days. Default: none."),
      })
      .prefault({}),
    kernelParameters: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_.-]*$/, "must be the name of a kernel parameter"),
        z.union([z.int(), line()]),
      )
      .default({})
      .describe(
        "Kernel parameters of hosts with a PostgreSQL or etcd member. They override the program's own.",
      ),
    hugePages: z
      .boolean()
      .default(false)
      .describe("Reserve huge pages for PostgreSQL's shared buffers."),
    watchdog: z
      .enum(["off", "automatic", "required"])
      .default("automatic")
      .describe(
        "Kernel watchdog that resets a hung host. `automatic` uses it where there is one; " +
          "with `required`, a member without one does not lead.",
      ),
  })
  .prefault({});
