import assert from "node:assert/strict";
import { everyLogin } from "../../configs/access/logins";
import { etcdAccess, etcdUser } from "../../configs/etcd/access";
import { etcdDataFacts } from "../../configs/etcd/dataFacts";
import { etcdLeave, peerUrls, rebuildEtcdHint } from "../../configs/etcd/membership";
import { etcdStart } from "../../configs/etcd/start";
import { paths } from "../../configs/cluster/paths";
import { testLogins } from "../support/access";
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

/** A line of etcdDataFacts. */
interface Facts {
  state: string;
  cluster: string;
  member: string;
  term: string;
  index: string;
}

// One cluster's life: each step starts from where the one before left it. Members start as an
// update starts them.
describe("etcd's data", function () {
  this.timeout(300_000);
  this.bail(true);
  const settings = settingsOf();
  const names = ["etcd1", "etcd2", "etcd3"] as const;
  type Name = (typeof names)[number];
  const urls = peerUrls(namedTopology(settings).etcd);
  const data = `${paths.etcdData}/member`;
  let sandbox: Sandbox;
  let certificates: EtcdCertificates;
  before(async () => {
    imageOf("etcd");
    sandbox = new Sandbox();
    certificates = await etcdCertificates(settings);
  });
  after(() => {
    sandbox.remove();
  });

  /** Changes of the membership do not wait for the five seconds that etcd asks for after a start. */
  const memberOf = (name: Name) => {
    const member = etcdMember(settings, name, certificates);
    return {
      ...member,
      files: member.files.map((file) =>
        file.path === paths.etcdEnv
          ? { ...file, content: `${file.content}ETCD_STRICT_RECONFIG_CHECK=false\n` }
          : file,
      ),
    };
  };
  const isReady = (name: Name) => sandbox.execute(name, paths.etcdReady).status === 0;
  const start = (...some: readonly Name[]) => {
    for (const name of some) {
      sandbox.start(name, memberOf(name));
      sandbox.waitFor(name, 30, () => isReady(name));
    }
  };
  const down = (...lost: Name[]) => {
    for (const name of names) sandbox.stop(name, lost.includes(name) ? "lost" : "kept");
  };
  const etcdctl = (name: Name, ...words: string[]) => {
    const { status, output } = etcdctlIn(sandbox, name, ...words);
    assert.equal(status, 0, output);
    return output;
  };
  /** The last step of an update. */
  const leave = (seconds?: number) =>
    sandbox.execute("etcd1", "sh", "-c", etcdLeave([], seconds), "sh", ...urls);
  /** Ends an update well: all members take part, and the key is there. */
  const isHealthy = () => {
    assert.deepEqual(leave(), { status: 0, output: "" });
    for (const name of names) {
      assert.equal(etcdctl(name, "get", "--print-value-only", "key").trim(), "value", name);
    }
  };
  const facts = (name: Name): Facts => {
    const [state = "", cluster = "", member = "", term = "", index = ""] = sandbox
      .prepare(name, memberOf(name), etcdDataFacts)
      .trim()
      .split("\t");
    return { state, cluster, member, term, index };
  };
  /** etcd itself may touch the rest, but never starts with what is checked here. */
  const checksum = (name: Name) =>
    sandbox.prepare(name, memberOf(name), `sha256sum ${data}/wal/*.wal`);
  const access = () => {
    const input = everyLogin(testLogins(etcdUser, 0)).map(({ name }) => `${name} password\n`);
    const script = etcdAccess({
      clusterName: settings.clusterName,
      namespace: settings.patroni.namespace,
    });
    const ended = sandbox.executeWith(input.join(""), "etcd1", "sh", "-c", script);
    assert.deepEqual(ended, { status: 0, output: "" });
  };
  const status = (name: Name) => {
    const [first] = JSON.parse(etcdctl(name, "endpoint", "status", "-w", "json")) as {
      Status: { raftIndex: number; raftTerm: number };
    }[];
    return first?.Status;
  };
  const ids = (name: Name) => {
    const header = etcdctl(name, "endpoint", "status", "-w", "fields");
    const id = (field: string) =>
      BigInt(new RegExp(`"${field}" : (\\d+)`).exec(header)?.[1] ?? 0).toString(16);
    return { cluster: id("ClusterID"), member: id("MemberID") };
  };
  /** Runs the start script with one line of it replaced, as if it had been killed there. */
  const startUntil = (name: Name, what: string) => {
    assert.ok(etcdStart.includes(what));
    sandbox.start(name, { ...memberOf(name), command: ["sleep", "3600"] });
    return sandbox.execute(name, "sh", "-c", etcdStart.replace(what, "exit 9"));
  };

  it("is founded by nobody without a permission, and the update says so", () => {
    start(...names);
    const { status: code, output } = leave(1);
    assert.equal(code, 1);
    assert.match(output, /^etcd has no quorum within 1 s\. /m);
    assert.match(output, /^With data: none$/m);
    assert.match(output, /^Without data, .*: etcd1 etcd2 etcd3$/m);
    assert.ok(output.trim().endsWith(rebuildEtcdHint));
    for (const name of names) {
      assert.equal(facts(name).state, "no");
      assert.match(sandbox.log(name), /has no data, and waits for a quorum of its peers to join/);
    }
  });

  it("is not founded by a permission whose start was killed", () => {
    // A member that waits would take it at once.
    sandbox.stop("etcd1");
    permit(sandbox, "etcd1", memberOf("etcd1"));
    assert.equal(startUntil("etcd1", "exec etcd").status, 9);
    start("etcd1");
    assert.match(sandbox.log("etcd1"), /has no data, and waits/);
    assert.equal(facts("etcd1").state, "no");
  });

  it("is founded once by a permission, and joined by members that wait", () => {
    sandbox.stop("etcd1");
    permit(sandbox, "etcd1", memberOf("etcd1"));
    start(...names);
    assert.equal(sandbox.execute("etcd1", "ls", paths.etcdFoundingPermission).status, 2);
    etcdctl("etcd1", "put", "key", "value");
    access();
    isHealthy();
  });

  it("is read from the disk: whose it is, and how new", () => {
    const { cluster, member } = ids("etcd2");
    const { raftTerm = 0, raftIndex = 0 } = status("etcd2") ?? {};
    const found = facts("etcd2");
    assert.deepEqual(
      { ...found, index: "" },
      {
        ...{ state: "yes", cluster, member },
        ...{ term: String(raftTerm), index: "" },
      },
    );
    assert.ok(Number(found.index) >= raftIndex && Number(found.index) < raftIndex + 20);
  });

  it("is left alone when it is damaged, and the others go on", () => {
    down();
    const damage = `for log in ${data}/wal/*.wal; do
      dd if=/dev/urandom of=$log bs=1 seek=400 count=200 conv=notrunc status=none
    done`;
    sandbox.prepare("etcd1", memberOf("etcd1"), damage);
    const before = checksum("etcd1");
    start(...names);
    const { status: code, output } = leave(1);
    assert.equal(code, 1);
    assert.match(output, /^etcd: not every member takes part within 1 s\.$/m);
    assert.match(output, /^Without data, or not able to start with it: etcd1$/m);
    sandbox.waitFor("etcd1", 10, () => /did not come up with the data/.test(sandbox.log("etcd1")));
    assert.equal(checksum("etcd1"), before);
  });

  it("is kept when the first member comes up without its own: a majority has it", () => {
    const { cluster } = ids("etcd2");
    down("etcd1");
    start(...names);
    isHealthy();
    assert.equal(ids("etcd1").cluster, cluster);
    for (const name of names) assert.doesNotMatch(sandbox.log(name), /founds|was removed/);
  });

  it("is taken over by a member that was killed between its removal and its return", () => {
    down("etcd2");
    start("etcd1", "etcd3");
    assert.equal(startUntil("etcd2", 'change add "$ETCD_NAME"').status, 9);
    assert.doesNotMatch(etcdctl("etcd1", "member", "list"), /etcd2/);
    start("etcd2");
    isHealthy();
  });

  it("of another cluster is neither touched nor joined", () => {
    const { cluster } = ids("etcd1");
    down("etcd3");
    permit(sandbox, "etcd3", memberOf("etcd3"));
    start("etcd3");
    const other = ids("etcd3").cluster;
    sandbox.stop("etcd3");
    const before = checksum("etcd3");
    start("etcd1", "etcd2");
    sandbox.start("etcd3", memberOf("etcd3"));
    sandbox.waitFor("etcd3", 10, () => /form another one/.test(sandbox.log("etcd3")));
    for (const id of [cluster, other]) assert.ok(sandbox.log("etcd3").includes(id));
    assert.notEqual(cluster, other);
    assert.ok(!isReady("etcd3"));
    assert.match(leave(1).output, /With data: etcd1 .* etcd2/);
    sandbox.stop("etcd3");
    assert.equal(checksum("etcd3"), before);
    sandbox.stop("etcd3", "lost");
    start("etcd3");
    isHealthy();
  });

  it("is rebuilt without a majority from what one member has, on a permission only", () => {
    const { cluster } = ids("etcd1");
    down("etcd3");
    sandbox.prepare("etcd2", memberOf("etcd2"), `mv ${data} ${data}.away`);
    start(...names);
    const { status: code, output } = leave(1);
    assert.equal(code, 1);
    assert.match(output, new RegExp(`^With data: etcd1 \\(cluster ${cluster}\\)$`, "m"));
    assert.match(output, /^Without data, .*: etcd2 etcd3$/m);
    assert.ok(output.trim().endsWith(rebuildEtcdHint));
    for (const name of ["etcd2", "etcd3"] as const) assert.equal(facts(name).state, "no");

    for (const name of ["etcd1", "etcd2"] as const) sandbox.stop(name);
    permit(sandbox, "etcd1", memberOf("etcd1"), paths.etcdRebuildPermission);
    // A disk that returns after it was given up.
    sandbox.prepare("etcd2", memberOf("etcd2"), `mv ${data}.away ${data}`);
    start("etcd1", "etcd2");
    isHealthy();
    assert.match(sandbox.log("etcd2"), /was removed from the cluster and joins it anew/);
    assert.equal(ids("etcd3").cluster, cluster);
    assert.match(etcdctl("etcd1", "auth", "status"), /Authentication Status: true/);
    start("etcd1");
    assert.doesNotMatch(sandbox.log("etcd1"), /of itself alone/);
  });

  it("is founded anew after all of it was lost, on a permission only", () => {
    const { cluster } = ids("etcd1");
    down(...names);
    permit(sandbox, "etcd2", memberOf("etcd2"), paths.etcdRebuildPermission);
    start(...names);
    const key = ["get", "--print-value-only", "key"];
    sandbox.waitFor("etcd1", 30, () => isReady("etcd1"));
    assert.equal(etcdctl("etcd1", ...key), "");
    assert.notEqual(ids("etcd1").cluster, cluster);
    assert.deepEqual(leave(), { status: 0, output: "" });
    access();
  });
});
