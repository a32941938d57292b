import assert from "node:assert/strict";
import { etcdMemberName } from "../../configs/tls/certificates";
import { etcdLeave, peerUrls } from "../../configs/etcd/membership";
import { etcdStart } from "../../configs/etcd/start";
import { paths } from "../../configs/cluster/paths";
import { ports } from "../../configs/cluster/ports";
import { TestCertificate } from "../support/certificates";
import { Sandbox } from "../support/containers";
import {
  etcdCertificates,
  type EtcdCertificates,
  etcdMember,
  etcdctlIn,
  permit,
} from "../support/etcd";
import { imageOf } from "../support/images";
import { namedTopology, settingsOf } from "../support/models";

// One cluster's life: each step starts from where the one before left it.
describe("etcd itself", function () {
  this.timeout(600_000);
  this.bail(true);
  let sandbox: Sandbox;
  let certificates: EtcdCertificates;
  // All members are new to an update after `down`, as those are that come back to the stack file.
  let admission = "first";
  before(async () => {
    imageOf("etcd");
    sandbox = new Sandbox();
    certificates = await etcdCertificates(settingsOf({ etcd: { members: 5 } }));
  });
  after(() => {
    sandbox.remove();
  });

  const isReady = (name: string) => sandbox.execute(name, paths.etcdReady).status === 0;
  /** A member of a cluster of that size. */
  const memberOf = (size: 1 | 3 | 5, name: string) =>
    etcdMember(settingsOf({ etcd: { members: size } }), name, certificates, admission);
  const start = (size: 1 | 3 | 5, ...names: string[]) => {
    for (const name of names) {
      sandbox.start(name, memberOf(size, name));
      sandbox.waitFor(name, 30, () => isReady(name));
    }
  };
  const etcdctl = (name: string, ...words: string[]) => {
    const { status, output } = etcdctlIn(sandbox, name, ...words);
    assert.equal(status, 0, output);
    return output;
  };
  /** Names of the members that run and have a vote. */
  const voters = (name: string) =>
    etcdctl(name, "member", "list")
      .split("\n")
      .filter((line) => line.includes(", started, ") && line.endsWith(", false"))
      .map((line) => line.split(", ")[2])
      .sort();
  const keepsItsData = (name: string) => {
    assert.equal(etcdctl(name, "get", "--print-value-only", "key"), "value\n");
  };

  it("is founded by the member with the permission and joined by the others", () => {
    permit(sandbox, "etcd1", memberOf(3, "etcd1"));
    start(3, "etcd1", "etcd2", "etcd3");
    assert.deepEqual(voters("etcd1"), ["etcd1", "etcd2", "etcd3"]);
    etcdctl("etcd3", "put", "key", "value");
  });

  it("takes members back that were replaced on their data", () => {
    start(3, "etcd1", "etcd2", "etcd3");
    keepsItsData("etcd1");
  });

  it("does not become two when the first member lost its data", () => {
    sandbox.stop("etcd1", "lost");
    start(3, "etcd1");
    assert.deepEqual(voters("etcd3"), ["etcd1", "etcd2", "etcd3"]);
    keepsItsData("etcd1");
  });

  const at = (file: string) => `${paths.etcdConfig}/${file}`;
  const trusted = paths.caOf(paths.etcdConfig);
  let foreign: TestCertificate;
  let router: TestCertificate;
  const meetStranger = async () => {
    const { ca, members } = certificates;
    const names = ["etcd1", "stranger", "localhost", etcdMemberName];
    foreign = await (await TestCertificate.authority("other CA")).sign({ names });
    router = await ca.sign({ names: ["etcd1", "stranger", "localhost"] });
    const own = await ca.sign({ names });
    const file = (name: string, content: string) => ({ path: at(name), content, mode: 0o600 });
    sandbox.start("stranger", {
      ...memberOf(5, "etcd4"),
      files: [
        { path: trusted, content: ca.certificate, mode: 0o640 },
        file("member.pem", own.identity),
        file("stolen.pem", members.get("etcd2")?.identity ?? ""),
        file("router.pem", router.identity),
        file("foreign.pem", foreign.identity),
      ],
      command: ["sleep", "3600"],
    });
  };
  /** What a member answers on a port to who shows this certificate; empty if it hangs up. */
  const answer = (port: number, path: string, ...show: string[]) => {
    const { status, output } = sandbox.execute(
      "stranger",
      ...["curl", "-s", "--http1.1", "--cacert", trusted, "-o", "/dev/null"],
      ...["-w", "%{http_code}", ...show, `https://etcd1:${port}${path}`],
    );
    return status === 0 ? output : "";
  };
  const showing = (file: string) => ["--cert", at(file)];

  it("answers members as peers, and others of the cluster as clients only", async () => {
    await meetStranger();
    assert.equal(answer(ports.etcdPeer, "/members", ...showing("member.pem")), "200");
    assert.equal(answer(ports.etcdClient, "/version", ...showing("member.pem")), "200");
    assert.equal(answer(ports.etcdPeer, "/members", ...showing("router.pem")), "");
    assert.equal(answer(ports.etcdClient, "/version", ...showing("router.pem")), "200");
  });

  it("does not take somebody elsewhere for a peer who has a member's certificate", () => {
    assert.equal(answer(ports.etcdPeer, "/members", ...showing("stolen.pem")), "");
  });

  it("does not answer who has no certificate, or one of another CA", () => {
    for (const show of [[], showing("foreign.pem")]) {
      assert.equal(answer(ports.etcdPeer, "/members", ...show), "");
      assert.equal(answer(ports.etcdClient, "/version", ...show), "");
    }
    for (const port of [ports.etcdPeer, ports.etcdClient]) {
      const clear = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"];
      const { output } = sandbox.execute("stranger", ...clear, `http://etcd1:${port}/version`);
      assert.notEqual(output, "200");
    }
  });

  const identities: [string, () => string][] = [
    ["no certificate", () => ""],
    ["a certificate of another CA", () => foreign.identity],
    ["a certificate without a member's name", () => router.identity],
  ];
  for (const [what, content] of identities) {
    it(`is neither joined nor founded anew by a member with ${what}`, () => {
      const member = memberOf(3, "etcd1");
      const own = paths.identityOf(paths.etcdConfig);
      sandbox.stop("etcd1", "lost");
      sandbox.start("etcd1", {
        ...member,
        files: member.files.map((file) =>
          file.path === own ? { ...file, content: content() } : file,
        ),
      });
      sandbox.waitFor("etcd1", 30, () => sandbox.log("etcd1").includes("no answer from"));
      assert.ok(!isReady("etcd1"));
      assert.deepEqual(voters("etcd2"), ["etcd1", "etcd2", "etcd3"]);
    });
  }

  it("is joined by it once it has its own certificate", () => {
    sandbox.stop("etcd1", "lost");
    start(3, "etcd1");
    assert.deepEqual(voters("etcd3"), ["etcd1", "etcd2", "etcd3"]);
    keepsItsData("etcd1");
  });

  it("is not endangered by a member that was added and does not start", () => {
    sandbox.start("etcd4", { ...memberOf(5, "etcd4"), command: ["sleep", "60"] });
    const joins = etcdStart.replace("exec etcd", "exit 0");
    sandbox.execute("etcd4", "sh", "-c", joins);
    assert.match(etcdctl("etcd1", "member", "list"), /unstarted, , https:\/\/etcd4:2380, , true/);
    assert.ok(isReady("etcd1"));
    sandbox.stop("etcd4");
  });

  it("grows from three to five", () => {
    start(5, "etcd4", "etcd5");
    assert.deepEqual(voters("etcd1"), ["etcd1", "etcd2", "etcd3", "etcd4", "etcd5"]);
    keepsItsData("etcd5");
  });

  it("takes a member in again that was removed while it was away", () => {
    sandbox.stop("etcd5");
    const line = etcdctl("etcd1", "member", "list")
      .split("\n")
      .find((one) => one.includes("etcd5"));
    etcdctl("etcd1", "member", "remove", line?.split(",")[0] ?? "");
    start(5, "etcd5");
    assert.ok(sandbox.log("etcd5").includes("joins it anew"));
    keepsItsData("etcd5");
  });

  /** The last step of an update to so many members. */
  const leave = (size: 1 | 3 | 5, seconds?: number) => {
    const { etcd } = namedTopology(settingsOf({ etcd: { members: size } }));
    const script = etcdLeave([], seconds);
    return sandbox.execute("etcd1", "sh", "-c", script, "sh", ...peerUrls(etcd));
  };
  const names = ["etcd1", "etcd2", "etcd3", "etcd4", "etcd5"];
  const down = () => {
    for (const name of names) sandbox.stop(name);
  };

  it("shrinks to three, and those that were removed stay out", () => {
    const { status, output } = leave(3);
    assert.equal(status, 0, output);
    sandbox.waitFor("etcd5", 30, () => sandbox.log("etcd5").includes("is no longer a member"));
    assert.deepEqual(voters("etcd1"), names.slice(0, 3));
  });

  it("is joined by them again once the stack file has them again, after `down` too", () => {
    down();
    admission = "second";
    // One with the data of before its removal, one without any.
    sandbox.stop("etcd5", "lost");
    start(5, ...names);
    assert.equal(leave(5).status, 0);
    assert.deepEqual(voters("etcd1"), names);
    keepsItsData("etcd4");
    keepsItsData("etcd5");
  });

  it("shrinks after `down`", () => {
    down();
    admission = "third";
    start(3, ...names.slice(0, 3));
    const { status, output } = leave(3);
    assert.equal(status, 0, output);
    assert.deepEqual(voters("etcd1"), names.slice(0, 3));
    keepsItsData("etcd1");
  });

  it("says which members it needs that the stack file no longer has", () => {
    down();
    start(1, "etcd1");
    const { status, output } = leave(1, 1);
    assert.equal(status, 1);
    assert.match(output, /^Removed from the stack file, and still needed.*: etcd2 etcd3\. /m);
  });

  it("grows from one to three after `down`", () => {
    down();
    start(3, ...names.slice(0, 3));
    assert.equal(leave(3).status, 0);
    assert.equal(leave(1).status, 0);
    assert.deepEqual(voters("etcd1"), ["etcd1"]);
    down();
    for (const name of ["etcd2", "etcd3"]) sandbox.stop(name, "lost");
    admission = "fourth";
    start(3, ...names.slice(0, 3));
    assert.equal(leave(3).status, 0);
    assert.deepEqual(voters("etcd1"), names.slice(0, 3));
    keepsItsData("etcd3");
  });

  it("comes back one by one after all were stopped", () => {
    down();
    start(3, ...names.slice(0, 3));
    keepsItsData("etcd1");
  });

  it("is not ready without a quorum while nobody is known to be stopped", () => {
    for (const name of ["etcd2", "etcd3"]) sandbox.pause(name);
    assert.ok(!isReady("etcd1"));
  });
});
