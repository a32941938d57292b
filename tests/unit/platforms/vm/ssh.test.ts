import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { SettingsInput } from "../../../../configs/settings/schema";
import {
  asRoot,
  expandHome,
  type HostKeys,
  privateKeyOf,
  sshCommand,
} from "../../../../platforms/vm/ssh";
import { connectionTo } from "../../../../platforms/vm/connection";
import { threeHosts, vmHostOf, vmSettingsOf } from "../../../support/models";

type Ssh = NonNullable<SettingsInput["vm"]>["ssh"];

/** The first of three hosts, with what a stack file says about ssh. */
function hostWith(ssh: Ssh, more: object = {}) {
  const hosts = { ...threeHosts, db1: { ...threeHosts.db1, ...more } } as typeof threeHosts;
  const settings = vmSettingsOf({ vm: { ssh, hosts } });
  return [vmHostOf("db1", settings), settings] as const;
}
const sshTo = (ssh: Ssh, more: object = {}) => sshCommand(...hostWith(ssh, more), "/keys");

const common = [
  ...["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"],
  ...["-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3"],
  ...["-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=/keys/known_hosts"],
  ...["-o", "GlobalKnownHostsFile=none", "-o", "LogLevel=ERROR"],
];
const withKey = ["-o", "IdentitiesOnly=yes", "-i", "/keys/key"];

describe("the ssh client", () => {
  it("asks the agent for keys where the stack file names none", () => {
    assert.deepEqual(sshTo({}), [...common, "-p", "22", "root@10.0.0.1", "--"]);
  });

  it("takes the stack file's key and no other", () => {
    assert.deepEqual(sshTo({ privateKey: "key" }), [
      ...[...common, ...withKey],
      ...["-p", "22", "root@10.0.0.1", "--"],
    ]);
  });

  it("goes to the host's own ssh address, as the user and to the port of the settings", () => {
    const words = sshTo({ user: "deploy", port: 2222 }, { sshAddress: "db1.example" });
    assert.deepEqual(words.slice(common.length), ["-p", "2222", "deploy@db1.example", "--"]);
  });

  it("goes by the jump host, which has to prove who it is in the same way", () => {
    const jumpHost = { address: "gate.example", user: "guest", port: 22022 };
    const words = sshTo({ user: "deploy", privateKey: "key", jumpHost });
    const [, proxyCommand, ...rest] = words.slice(common.length + withKey.length);
    const quoted = [...common, ...withKey, "-W", "[%h]:%p", "-p", "22022", "guest@gate.example"]
      .map((word) => `'${word}'`)
      .join(" ");
    assert.equal(proxyCommand, `ProxyCommand=${quoted}`);
    assert.deepEqual(rest, ["-p", "22", "deploy@10.0.0.1", "--"]);
  });

  it("goes to the jump host as the hosts' user, unless the stack file names another", () => {
    const words = sshTo({ user: "deploy", jumpHost: { address: "gate.example" } });
    assert.match(words.join(" "), /'-p' '22' 'deploy@gate\.example' -p 22 deploy@10\.0\.0\.1/);
  });
});

describe("root's rights", () => {
  it("are there for root, and sudo's to give for all others, who are never asked for a password", () => {
    assert.deepEqual(asRoot(hostWith({ user: "root" })[1]), []);
    assert.deepEqual(asRoot(hostWith({ user: "deploy" })[1]), ["sudo", "-n"]);
  });
});

describe("a private key", () => {
  let folder: string;
  const realHome = process.env.HOME;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-home-"));
    process.env.HOME = folder;
  });
  afterEach(() => {
    process.env.HOME = realHome;
    rmSync(folder, { recursive: true });
  });
  const keyOf = (ssh: Ssh) => privateKeyOf(hostWith(ssh)[1]);

  it("is the stack file's, or that of a file, or the agent's", () => {
    writeFileSync(join(folder, "key"), "from a file\n");
    assert.equal(keyOf({ privateKey: "from the stack file" }), "from the stack file");
    assert.equal(keyOf({ privateKeyFile: join(folder, "key") }), "from a file\n");
    assert.equal(keyOf({ privateKeyFile: "~/key" }), "from a file\n");
    assert.equal(keyOf({}), undefined);
  });

  it("is a problem if its file cannot be read", () => {
    assert.throws(
      () => keyOf({ privateKeyFile: "~/missing" }),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(
          error.message,
          `vm.ssh.privateKeyFile: ${folder}/missing cannot be read (ENOENT); nothing was changed.`,
        );
        return true;
      },
    );
  });

  it("is in the home folder only where the path begins with it", () => {
    assert.equal(expandHome("~/a~/b"), `${folder}/a~/b`);
    assert.equal(expandHome("~other/key"), "~other/key");
    assert.equal(expandHome("/etc/~/key"), "/etc/~/key");
  });
});

describe("a connection of the command provider", () => {
  const keys: HostKeys = (address, port) => `ssh-ed25519 ${address}:${port}`;
  const connection = (ssh: Ssh) => pulumi.output(connectionTo(...hostWith(ssh), keys));
  /** What the provider gets. */
  const valueOf = (ssh: Ssh) =>
    new Promise<unknown>((resolve) => {
      connection(ssh).apply(resolve);
    });

  it("leads to the host, which has to have its key", async () => {
    assert.deepEqual(await valueOf({ user: "deploy", port: 2222 }), {
      host: "10.0.0.1",
      user: "deploy",
      port: 2222,
      hostKey: "ssh-ed25519 10.0.0.1:2222",
      dialErrorLimit: 3,
      perDialTimeout: 10,
    });
  });

  it("leads by the jump host, which has to have its own, with the same private key", async () => {
    const jumpHost = { address: "gate.example", user: "guest", port: 2222 };
    const { proxy, ...end } = (await valueOf({ privateKey: "key", jumpHost })) as Record<
      string,
      unknown
    >;
    assert.deepEqual(proxy, {
      host: "gate.example",
      user: "guest",
      port: 2222,
      hostKey: "ssh-ed25519 gate.example:2222",
      privateKey: "key",
      dialErrorLimit: 3,
      perDialTimeout: 10,
    });
    assert.equal(end.privateKey, "key");
  });

  it("is a secret if there is a private key in it, and only then", async () => {
    assert.equal(await pulumi.isSecret(connection({ privateKey: "key" })), true);
    assert.equal(await pulumi.isSecret(connection({})), false);
  });
});
