import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { leaseClock } from "../../programs/programs";
import { paths } from "../../configs/cluster/paths";
import { Sandbox } from "../support/containers";
import { guardIn } from "../support/guard/guarding";
import { imageOf } from "../support/images";
import { settingsOf } from "../support/models";

const folder = "/etc/patroni";
const data = "/var/lib/postgresql/data";
const pipe = "/run/postgresql/watchdog";
const support = (name: string) =>
  readFileSync(join(__dirname, "..", "support", "guard", name), "utf8");

/** The guard acts six seconds after a renewal, before the lease of 20 s can end. */
const secondsToLead = 6;
const dynamic = { ttl: 20, loop_wait: 1, retry_timeout: 3 };

const patroniYml = stringify({
  scope: "clock",
  name: "member",
  restapi: { listen: "127.0.0.1:8008", connect_address: "127.0.0.1:8008" },
  etcd3: { host: "etcd:2379" },
  bootstrap: { dcs: dynamic, initdb: ["no-sync", { auth: "trust" }] },
  postgresql: {
    listen: "127.0.0.1:5432",
    connect_address: "127.0.0.1:5432",
    data_dir: data,
    bin_dir: paths.pgBin(settingsOf().postgres.version),
    authentication: {
      superuser: { username: "postgres", password: "x" },
      replication: { username: "replicator", password: "x" },
    },
    parameters: { unix_socket_directories: "/tmp" },
  },
  watchdog: {
    mode: "required",
    driver: "testing",
    device: pipe,
    safety_margin: dynamic.ttl - secondsToLead,
  },
});

// One member's life: each step starts from where the one before left it.
describe("Patroni under the lease's clock", function () {
  this.timeout("5m");
  this.bail(true);
  let sandbox: Sandbox;

  /** Runs a shell script in the member, which knows member.sh. */
  const inMember = (script: string) => {
    const prelude = `data=${data}; pipe=${pipe}; . ${folder}/member.sh`;
    const { output } = sandbox.execute("member", "sh", "-c", `${prelude}; ${script}`);
    return output.trim();
  };
  const waitFor = (seconds: number, script: string) => {
    sandbox.waitFor("member", seconds, () => inMember(`${script} && echo yes`) === "yes");
  };
  const notePostgres = "echo $(head -n 1 $data/postmaster.pid) >/tmp/pid";
  const isThere = 'readlink -q "/proc/$(cat /tmp/pid)/exe" >/dev/null && echo there || echo gone';
  const patroni = "$(cut -d ' ' -f 1 /proc/1/task/1/children)";
  const setPause = (pause: boolean) => {
    const config = JSON.stringify({ ...dynamic, pause });
    const put = ["etcdctl", "put", "/service/clock/config", config];
    assert.equal(sandbox.execute("etcd", ...put).status, 0);
  };

  before(() => {
    imageOf("patroni");
    sandbox = new Sandbox();
    sandbox.start("etcd", {
      image: imageOf("etcd"),
      configDirectory: "/etc/etcd",
      files: [],
      dataDirectory: "/var/lib/etcd",
      command: [
        ...["etcd", "--data-dir", "/var/lib/etcd"],
        ...[
          "--listen-client-urls",
          "http://0.0.0.0:2379",
          "--advertise-client-urls",
          "http://etcd:2379",
        ],
      ],
    });
    sandbox.start("member", {
      image: imageOf("patroni"),
      configDirectory: folder,
      files: [
        ...guardIn(folder),
        { path: `${folder}/lease_clock.py`, content: leaseClock, mode: 0o600 },
        { path: `${folder}/stall.py`, content: support("stall.py"), mode: 0o600 },
        { path: `${folder}/member.sh`, content: support("member.sh"), mode: 0o600 },
        { path: `${folder}/patroni.yml`, content: patroniYml, mode: 0o600 },
      ],
      dataDirectory: "/var/lib/postgresql",
      command: [
        ...["python3", `${folder}/guard.py`, pipe, data, "--"],
        ...["python3", `${folder}/stall.py`, `${folder}/lease_clock.py`, `${folder}/patroni.yml`],
      ],
    });
  });
  after(() => sandbox.remove());

  it("tells the guard until when it leads, counted from before the renewal", () => {
    waitFor(40, "test -e $pipe.until");
    const [clock, until] = inMember("clock; cut -c -$(clock | tr -d '\\n' | wc -c) $pipe.until")
      .split("\n")
      .map(Number);
    const left = ((until ?? NaN) - (clock ?? NaN)) / 1000;
    assert.ok(left > 0 && left <= secondsToLead, String(left));
    // What tools look for.
    assert.equal(inMember(`cat /proc/${patroni}/comm`), "patroni");
  });

  it("says that it does not lead once the cluster is paused, also after its own death", () => {
    waitFor(20, "test -e $data/postmaster.pid");
    inMember(`${notePostgres}; kill -STOP ${patroni}`);
    setPause(true);
    inMember(`kill -KILL ${patroni}`);
    assert.equal(inMember("test -e $pipe.until && echo armed"), "armed");
    waitFor(secondsToLead + 2, "test ! -e $pipe.until");
    assert.equal(inMember(`sleep 1; ${isThere}`), "there");
    setPause(false);
    waitFor(20, "test -e $pipe.until");
    assert.equal(inMember(isThere), "there");
  });

  it("lets PostgreSQL live no longer if Patroni stops between etcd's answer and its report", () => {
    inMember("echo 4 >/tmp/stall");
    waitFor(10, "test -s /tmp/stalled");
    // Not in one call: the guard kills whatever runs in its container.
    const at = (seconds: number) => {
      waitFor(10, `test "$(clock)" -ge $(($(cat /tmp/stalled) + ${seconds * 1000}))`);
      return inMember(isThere);
    };
    assert.equal(at(secondsToLead - 1), "there");
    assert.equal(at(secondsToLead + 1), "gone");
    assert.match(sandbox.log("member"), /has not renewed it: PostgreSQL is killed/);
  });
});
