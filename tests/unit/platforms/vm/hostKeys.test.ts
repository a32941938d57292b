import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { findHostKeys } from "../../../../platforms/vm/hostKeys";
import { settingsOf } from "../../../support/models";

const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGpSmIRdj3Xu/PCc/M5P1uICq+Xo8IXeY5NFypLi8oT4";
const ecdsa =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCe9hWu/tx86trAOOrmS5hCSXH2LnoH9SHXFP0NSgkwaEleSwiEPnF7yQWErfzic84V1FKJW5p3OsQsSj8zrzB8=";
const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAysqAEpc4RJuUaderIM0lpnslwoYHVOnDtlzda5Nf9w";

type Hosts = NonNullable<SettingsInput["vm"]>["hosts"];
type Ssh = NonNullable<SettingsInput["vm"]>["ssh"];

/** What is found for these hosts. They run nothing here, so the platform stays the default one. */
const find = (hosts: Hosts, ssh: Ssh = {}) => findHostKeys(settingsOf({ vm: { hosts, ssh } }));
const host = (address: string, more: object = {}) => ({ address, services: ["etcd1"], ...more });

describe("host keys", () => {
  let home: string;
  const realHome = process.env.HOME;
  const knownHosts = () => join(home, ".ssh", "known_hosts");
  /** Lines of the user's known hosts. */
  const know = (...lines: string[]) => {
    writeFileSync(knownHosts(), `${lines.join("\n")}\n`);
  };
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "hapg-home-"));
    mkdirSync(join(home, ".ssh"));
    process.env.HOME = home;
  });
  afterEach(() => {
    process.env.HOME = realHome;
    rmSync(home, { recursive: true });
  });

  it("are those of the stack file, whatever the user knows", () => {
    know(`192.0.2.1 ${other}`);
    const { keys, problems } = find({ db1: host("192.0.2.1", { hostKey: ed25519 }) });
    assert.deepEqual([keys("192.0.2.1", 22), problems], [ed25519, []]);
  });

  it("are looked up among the user's known hosts", () => {
    know("# a comment", "", `192.0.2.9 ${other}`, `db1,192.0.2.1 ${ed25519} a comment`);
    const { keys, problems } = find({ db1: host("192.0.2.1") });
    assert.deepEqual([keys("192.0.2.1", 22), problems], [ed25519, []]);
  });

  it("are looked up under hashed names too", () => {
    know(`192.0.2.9 ${other}`, `192.0.2.1 ${ed25519}`);
    execaSync("ssh-keygen", ["-H", "-f", knownHosts()]);
    const { keys, problems } = find({ db1: host("192.0.2.1") });
    assert.deepEqual([keys("192.0.2.1", 22), problems], [ed25519, []]);
  });

  it("are looked up by the address that ssh uses", () => {
    know(`db1.example ${ed25519}`, `192.0.2.1 ${other}`);
    const { keys } = find({ db1: host("192.0.2.1", { sshAddress: "db1.example" }) });
    assert.equal(keys("db1.example", 22), ed25519);
    assert.equal(keys("192.0.2.1", 22), undefined);
  });

  it("belong to a port: another server may be on another one", () => {
    know(`192.0.2.1 ${other}`, `[192.0.2.1]:2222 ${ed25519}`);
    const { keys } = find({ db1: host("192.0.2.1") }, { port: 2222 });
    assert.equal(keys("192.0.2.1", 2222), ed25519);
    assert.equal(keys("192.0.2.1", 22), undefined);
  });

  it("are of the kind that clients ask for first, if there are several", () => {
    know(`192.0.2.1 ${ed25519}`, `192.0.2.1 ${ecdsa}`);
    assert.equal(find({ db1: host("192.0.2.1") }).keys("192.0.2.1", 22), ecdsa);
  });

  it("are no keys that are revoked or sign others", () => {
    know(
      `@revoked 192.0.2.1 ${ecdsa}`,
      `@cert-authority 192.0.2.1 ${other}`,
      `192.0.2.1 ${ed25519}`,
    );
    assert.equal(find({ db1: host("192.0.2.1") }).keys("192.0.2.1", 22), ed25519);
  });

  it("are a problem where none is known, for all such machines at once", () => {
    know(`192.0.2.2 ${ed25519}`);
    const { problems } = find(
      { db1: host("192.0.2.1"), db2: host("192.0.2.2"), db3: host("192.0.2.3") },
      { jumpHost: { address: "gate.example", port: 2222 } },
    );
    const message = (port: number, address: string) =>
      `no host key of ${address} is known; set it to what \`ssh-keyscan -p ${port} ${address}\` prints after the address, if you trust that, or log in once by ssh`;
    assert.deepEqual(problems, [
      { path: "vm.hosts.db1.hostKey", message: message(22, "192.0.2.1") },
      { path: "vm.hosts.db3.hostKey", message: message(22, "192.0.2.3") },
      { path: "vm.ssh.jumpHost.hostKey", message: message(2222, "gate.example") },
    ]);
  });

  it("are a problem when the user has never used ssh", () => {
    rmSync(join(home, ".ssh"), { recursive: true });
    assert.equal(find({ db1: host("192.0.2.1") }).problems.length, 1);
  });

  it("of a jump host are found like those of the others", () => {
    know(`192.0.2.1 ${ed25519}`, `[gate.example]:2222 ${ecdsa}`);
    const { keys, problems } = find(
      { db1: host("192.0.2.1") },
      { jumpHost: { address: "gate.example", port: 2222 } },
    );
    assert.deepEqual([keys("gate.example", 2222), problems], [ecdsa, []]);
  });

  it("are asked for where a host is away too: it may come back as somebody else", () => {
    const { problems } = find({ db1: host("192.0.2.1", { away: true }) });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["vm.hosts.db1.hostKey"],
    );
  });
});
