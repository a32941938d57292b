import assert from "node:assert/strict";
import { everyLogin } from "../../configs/access/logins";
import { etcdAccess, etcdUser, patroniPrefix } from "../../configs/etcd/access";
import { etcdLeave, membersKey, peerUrls } from "../../configs/etcd/membership";
import { paths } from "../../configs/cluster/paths";
import { ports } from "../../configs/cluster/ports";
import { testLogins, testPassword } from "../support/access";
import { Sandbox } from "../support/containers";
import {
  etcdCertificates,
  type EtcdCertificates,
  etcdctlIn,
  etcdMember,
  permit,
} from "../support/etcd";
import { imageOf } from "../support/images";
import { namedTopology, settingsOf } from "../support/models";

/** What etcd's gateway answers, as far as it matters here. */
interface Answer {
  token?: string;
  message?: string;
  kvs?: { value: string }[];
}

// One cluster's life: each step starts from where the one before left it.
describe("etcd's access", function () {
  this.timeout(600_000);
  this.bail(true);
  const settings = settingsOf();
  const { clusterName } = settings;
  const { namespace } = settings.patroni;
  const prefix = patroniPrefix({ clusterName, namespace });
  const trusted = paths.caOf(paths.patroniConfig);
  const own = paths.identityOf(paths.patroniConfig);
  const operator = `${paths.patroniConfig}/operator.pem`;
  let sandbox: Sandbox;
  let certificates: EtcdCertificates;

  const isReady = (name: string) => sandbox.execute(name, paths.etcdReady).status === 0;
  const etcdctl = (...words: string[]) => {
    const { status, output } = etcdctlIn(sandbox, "etcd1", ...words);
    assert.equal(status, 0, output);
    return output;
  };
  /** As generated ones are: without a space, at which etcdctl stops reading. */
  const generated = (password: string) => password.replaceAll(" ", "");
  const passwordOf = (login: string, since: number) => generated(testPassword(login, since));
  /** What an update does when Patroni's password was changed this often. */
  const update = (rotation: number) => {
    const logins = everyLogin(testLogins(etcdUser, rotation));
    const input = logins.map(({ name, password }) => `${name} ${generated(password)}\n`).join("");
    const script = etcdAccess({ clusterName, namespace });
    const { status, output } = sandbox.executeWith(input, "etcd1", "sh", "-c", script);
    assert.equal(status, 0, output);
    // Nothing secret, and nothing that hides what fails.
    assert.equal(output, "");
  };

  /** Calls etcd's gateway as Patroni does. */
  const call = (path: string, body: object, token = "", identity = own): Answer => {
    const { output } = sandbox.execute(
      "patroni1",
      ...["curl", "-s", "--cacert", trusted, "--cert", identity],
      ...(token === "" ? [] : ["-H", `Authorization: ${token}`]),
      ...["-d", JSON.stringify(body), `https://etcd1:${ports.etcdClient}/v3/${path}`],
    );
    // What it refuses before it looks at it, it refuses in words.
    if (!output.startsWith("{")) return { message: output.trim() };
    return JSON.parse(output) as Answer;
  };
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const logIn = (name: string, password: string) =>
    call("auth/authenticate", { name, password }).token;
  const read = (key: string, token = "", identity = own) => {
    const { kvs, message } = call("kv/range", { key: base64(key) }, token, identity);
    return message ?? Buffer.from(kvs?.[0]?.value ?? "", "base64").toString();
  };
  const write = (key: string, value: string, token: string) =>
    call("kv/put", { key: base64(key), value: base64(value) }, token).message;
  const denied = "etcdserver: permission denied";
  const nobody = "etcdserver: user name is empty";

  before(async () => {
    imageOf("etcd");
    imageOf("patroni");
    certificates = await etcdCertificates(settings);
    sandbox = new Sandbox();
    permit(sandbox, "etcd1", etcdMember(settings, "etcd1", certificates));
    for (const { name } of namedTopology(settings).etcd) {
      sandbox.start(name, etcdMember(settings, name, certificates));
      sandbox.waitFor(name, 30, () => isReady(name));
    }
    const member = await certificates.ca.sign({ names: ["patroni1"] });
    const file = (path: string, content: string) => ({ path, content, mode: 0o600 });
    sandbox.start("patroni1", {
      image: imageOf("patroni"),
      configDirectory: paths.patroniConfig,
      dataDirectory: paths.postgresData,
      files: [
        file(trusted, certificates.ca.certificate),
        file(own, member.identity),
        file(operator, certificates.operator.identity),
      ],
      command: ["sleep", "3600"],
    });
    etcdctl("put", membersKey, "https://etcd1:2380");
    etcdctl("put", `${prefix}config`, "of the cluster");
    etcdctl("put", `${namespace}${clusterName}-eu/config`, "of another one");
  });
  after(() => {
    sandbox.remove();
  });

  it("is set up, and again", () => {
    update(0);
    update(0);
    assert.match(etcdctl("auth", "status"), /Authentication Status: true/);
    assert.deepEqual(etcdctl("user", "list").trim().split("\n").sort(), [etcdUser, "root"]);
  });

  it("lets Patroni read and write what is its own", () => {
    const token = logIn(etcdUser, passwordOf(etcdUser, 0));
    assert.ok(token !== undefined);
    assert.equal(read(`${prefix}config`, token), "of the cluster");
    assert.equal(write(`${prefix}leader`, "patroni1", token), undefined);
    assert.equal(read(`${prefix}leader`, token), "patroni1");
    const lease = call("lease/grant", { TTL: 30 }, token);
    assert.equal(lease.message, undefined);
  });

  it("lets Patroni reach nothing else", () => {
    const token = logIn(etcdUser, passwordOf(etcdUser, 0)) ?? "";
    for (const key of [
      membersKey,
      `${namespace}${clusterName}-eu/config`,
      "/",
      prefix.slice(0, -1),
    ]) {
      assert.equal(read(key, token), denied, key);
      assert.equal(write(key, "mine", token), denied, key);
    }
    const everything = { key: base64("\0"), range_end: base64("\0") };
    assert.equal(call("kv/range", everything, token).message, denied);
    for (const [path, body] of [
      ["auth/user/list", {}],
      ["auth/user/add", { name: "mine", password: "mine" }],
      ["auth/user/changepw", { name: "root", password: "mine" }],
      ["auth/user/grant", { user: etcdUser, role: "root" }],
      ["auth/role/list", {}],
      ["auth/disable", {}],
    ] as const) {
      assert.equal(call(path, body, token).message, denied, path);
    }
  });

  it("lets nobody reach anything without a password, whatever certificate there is", () => {
    assert.equal(read(`${prefix}config`), nobody);
    assert.equal(read(membersKey), nobody);
    assert.equal(logIn(etcdUser, "guess"), undefined);
    assert.equal(logIn("root", ""), undefined);
    // The operator's own speaks to etcd itself, and not through the gateway.
    assert.match(read(membersKey, "", operator), /^CommonName of client /);
  });

  it("keeps the login in use when the password is changed, and gives a new one beside it", () => {
    update(1);
    for (const [name, since] of [
      [etcdUser, 0],
      [`${etcdUser}_b`, 1],
    ] as const) {
      const token = logIn(name, passwordOf(name, since));
      assert.ok(token !== undefined, name);
      assert.equal(read(`${prefix}config`, token), "of the cluster", name);
      assert.equal(read(membersKey, token), denied, name);
    }
  });

  it("ends the password before the last", () => {
    update(2);
    assert.equal(logIn(etcdUser, passwordOf(etcdUser, 0)), undefined);
    for (const [name, since] of [
      [etcdUser, 2],
      [`${etcdUser}_b`, 1],
    ] as const) {
      const token = logIn(name, passwordOf(name, since));
      assert.ok(token !== undefined, name);
      assert.equal(read(`${prefix}config`, token), "of the cluster", name);
    }
  });

  it("does not stand in the operator's way: of members, of readiness, of one that lost its data", () => {
    const urls = peerUrls(namedTopology(settings).etcd);
    const ended = sandbox.execute("etcd1", "sh", "-c", etcdLeave(), "sh", ...urls);
    assert.deepEqual(ended, { status: 0, output: "" });
    assert.equal(etcdctl("get", "--print-value-only", membersKey), `${urls.join(" ")}\n`);
    sandbox.stop("etcd3", "lost");
    sandbox.start("etcd3", etcdMember(settings, "etcd3", certificates));
    sandbox.waitFor("etcd3", 30, () => isReady("etcd3"));
  });
});
