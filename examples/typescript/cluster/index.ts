import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { PostgresCluster } from "hapg";

const config = new pulumi.Config();
const image = config.require("image");
const subnet = config.get("subnet") ?? "10.213.90.0/24";
/** Another value for a name replaces this machine. */
const generations = config.getObject<Record<string, number>>("generations") ?? {};

const network = new docker.Network("machines", { ipamConfigs: [{ subnet }] });
const login = new tls.PrivateKey("login", { algorithm: "ED25519" });

/** A machine that accepts the login, and whose host key is known before it boots. */
function machine(name: string) {
  const generation = generations[name] ?? 1;
  const key = new tls.PrivateKey(`${name}-${generation}`, { algorithm: "ED25519" });
  const server = new docker.Container(
    name,
    {
      name: `${pulumi.getProject()}-${name}`,
      hostname: name,
      image,
      labels: [{ label: "generation", value: String(generation) }],
      networksAdvanced: [{ name: network.name }],
      uploads: [
        {
          file: "/etc/ssh/ssh_host_ed25519_key",
          content: key.privateKeyOpenssh,
          permissions: "0600",
        },
        {
          file: "/root/.ssh/authorized_keys",
          content: login.publicKeyOpenssh,
          permissions: "0600",
        },
      ],
      // What systemd and the program need on a container.
      capabilities: {
        adds: ["CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_SYS_NICE", "CAP_SYS_PTRACE"],
      },
      securityOpts: ["seccomp=unconfined", "apparmor=unconfined"],
      cgroupnsMode: "private",
      envs: ["container=docker"],
      tty: true,
      shmSize: 256,
      stopSignal: "SIGRTMIN+3",
    },
    { deleteBeforeReplace: true },
  );
  return {
    address: server.networkDatas.apply(([data]) => data?.ipAddress ?? ""),
    hostKey: key.publicKeyOpenssh.apply((text) => text.trim()),
  };
}

const cluster = new PostgresCluster("db", {
  clusterName: "example",
  platform: "vm",
  roles: { app: { rotation: config.getNumber("rotation") ?? 0 } },
  vm: {
    ssh: { privateKey: login.privateKeyOpenssh },
    hosts: {
      db1: { ...machine("db1"), services: ["etcd1", "patroni1", "haproxy1", "pgbouncer1"] },
      db2: { ...machine("db2"), services: ["etcd2", "patroni2"] },
      db3: { ...machine("db3"), services: ["etcd3", "patroni3"] },
    },
  },
});

export = cluster.stackOutputs();
