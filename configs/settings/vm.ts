import { z } from "zod";
import { identifier, line, port, systemPackage } from "./values";

const sshUser = () => line().regex(/^[a-z_][a-z0-9_.-]*$/i, "must be the name of a user");

/** An IPv4 address or a DNS name. */
const hostAddress = () =>
  line().regex(
    /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    "must be an IPv4 address or a DNS name",
  );

const hostKey = () =>
  line()
    .regex(/^(ssh-|ecdsa-)\S+ \S+/, "must be a public host key, such as ssh-ed25519 AAAA…")
    .optional();

const ssh = z
  .strictObject({
    user: sshUser().default("root").describe("User to log in as: root, or one who may use sudo."),
    port: port().default(22).describe("Port of the hosts' SSH servers."),
    privateKey: z
      .string()
      .optional()
      .describe("The private key itself, as a secret: `pulumi config set --secret --path`."),
    privateKeyFile: line()
      .optional()
      .describe("File with the private key. Default, if neither is given: the SSH agent."),
    jumpHost: z
      .strictObject({
        address: hostAddress().describe("Address of the host that leads to the others."),
        user: sshUser().optional().describe("User there. Default: the hosts' user."),
        port: port().default(22).describe("Port of its SSH server."),
        hostKey: hostKey().describe("Its public host key. Default: looked up in known_hosts."),
      })
      .optional(),
  })
  .refine(({ privateKey, privateKeyFile }) => !(privateKey && privateKeyFile), {
    path: ["privateKeyFile"],
    message: "and privateKey exclude each other",
  })
  .prefault({});

const host = z.strictObject({
  address: z.ipv4().describe("Address under which the other hosts and clients reach it."),
  services: z
    .array(identifier(32))
    .min(1)
    .describe("What runs there, such as etcd1, patroni1, haproxy1 and pgbouncer1."),
  zone: line()
    .optional()
    .describe("Availability zone. No zone may hold all members, or most of etcd."),
  hostKey: hostKey().describe("Its public SSH host key. Default: looked up in known_hosts."),
  sshAddress: hostAddress().optional().describe("Address for SSH, if it is another than address."),
  away: z
    .boolean()
    .default(false)
    .describe(
      "The host is down: leave all that belongs to it as it is. Removing it from the file afterwards drops it without logging in.",
    ),
});

/** Hosts, how to reach them, and what the program may do to them. */
export const vmSettings = z
  .strictObject({
    ssh,
    hosts: z.record(identifier(63), host).default({}).describe("Hosts by name."),
    packageSource: z
      .enum(["distribution", "postgresql"])
      .default("distribution")
      .describe("Whose packages: the distribution's, or those of PostgreSQL's own repository too."),
    postgresqlRepository: z
      .url({ protocol: /^https?$/ })
      .default("https://apt.postgresql.org/pub/repos/apt")
      .describe("PostgreSQL's own repository, or a mirror of it."),
    versions: z
      .record(systemPackage(), line().regex(/^[\w.+:~-]+$/, "must be a package version"))
      .default({})
      .describe("Versions by package. Others stay at the version that was first installed."),
    clientNetworks: z
      .array(z.cidrv4())
      .default([])
      .describe(
        "Networks whose clients may log in to the members directly, not through HAProxy or PgBouncer.",
      ),
    firewall: z
      .boolean()
      .default(false)
      .describe("Close the ports of etcd, Patroni and PostgreSQL to all but the cluster's hosts."),
    kernelParameters: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_.-]*$/, "must be the name of a kernel parameter"),
        z.union([z.int(), line()]),
      )
      .default({})
      .describe("Kernel parameters of the hosts of members and of etcd, over the program's own."),
    hugePages: z
      .boolean()
      .default(false)
      .describe("Reserve huge pages for PostgreSQL's shared buffers."),
    watchdog: z
      .enum(["off", "automatic", "required"])
      .default("automatic")
      .describe(
        "Kernel watchdog that resets the host when nothing on it runs on: where there is one, or no leader without.",
      ),
  })
  .prefault({});
