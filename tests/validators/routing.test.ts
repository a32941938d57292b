import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderHaproxyCfg } from "../../configs/haproxyCfg";
import { paths } from "../../configs/paths";
import { Sandbox } from "../support/containers";
import { imageOf } from "../support/images";
import { namedTopology, settingsOf } from "../support/models";

const fakeMember = readFileSync(join(__dirname, "..", "support", "fakeMember.py"), "utf8");

// HAProxy before members that only pretend: their roles change at a word.
describe("HAProxy's routing", function () {
  this.timeout(600_000);
  this.bail(true);
  const settings = settingsOf();
  const { members } = namedTopology(settings);
  const { writePort, readPort, statsPort, restApiPort } = settings.haproxy;
  let sandbox: Sandbox;

  before(() => {
    sandbox = new Sandbox();
    for (const { name } of members) {
      startMember(name, name === "patroni1" ? "primary" : "replica");
    }
    const content = renderHaproxyCfg({ haproxy: settings.haproxy, members });
    sandbox.start("haproxy1", {
      image: imageOf("haproxy"),
      configDirectory: paths.haproxyConfig,
      dataDirectory: "/var/lib/haproxy",
      files: [{ path: paths.haproxyCfg, content, mode: 0o640 }],
      command: ["haproxy", "-W", "-db", "-f", paths.haproxyCfg],
    });
    sandbox.waitFor("haproxy1", 20, isHealthy);
  });
  after(() => {
    sandbox.remove();
  });

  const script = `${paths.patroniConfig}/member.py`;
  const startMember = (name: string, role: string) => {
    sandbox.start(name, {
      image: imageOf("patroni"),
      configDirectory: paths.patroniConfig,
      dataDirectory: paths.postgresData,
      files: [{ path: script, content: fakeMember, mode: 0o640 }],
      command: ["python3", script, name, role],
    });
  };
  const inRouter = (script: string) => sandbox.execute("haproxy1", "bash", "-c", script);
  /** Which member answers behind a port; empty if the session is refused. */
  const behind = (port: number) =>
    inRouter(`exec 3<>/dev/tcp/localhost/${port} && timeout 5 head -n1 <&3`).output.trim();
  const isHealthy = () => inRouter(`curl -sf localhost:${statsPort}/healthz`).status === 0;
  const become = (member: string, role: string) => {
    sandbox.execute(member, "sh", "-c", `echo ${role} >/tmp/role`);
  };
  const eventually = (port: number, ...expected: string[]) => {
    sandbox.waitFor("haproxy1", 15, () => expected.includes(behind(port)));
  };

  it("leads writes to the primary and reads to the standbys", () => {
    assert.equal(behind(writePort), "patroni1");
    const readers = Array.from({ length: 6 }, () => behind(readPort));
    assert.deepEqual([...new Set(readers)].sort(), ["patroni2", "patroni3"]);
  });

  it("leads REST calls to the leader and shows metrics", () => {
    assert.equal(inRouter(`curl -s localhost:${restApiPort}/config`).output, "patroni1");
    const { output } = inRouter(`curl -s localhost:${statsPort}/metrics`);
    assert.match(output, /haproxy_backend_active_servers\{proxy="primary"\} 1/);
  });

  it("cuts sessions of a primary that is one no more, and follows the new one", () => {
    const cut = `exec 3<>/dev/tcp/localhost/${writePort}; timeout 8 cat <&3 >/dev/null`;
    sandbox.execute("haproxy1", "bash", "-c", `(${cut}; echo $? >/tmp/cut) >/dev/null 2>&1 &`);
    become("patroni1", "replica");
    become("patroni2", "primary");
    eventually(writePort, "patroni2");
    sandbox.waitFor("haproxy1", 10, () => inRouter("cat /tmp/cut").output.trim() === "0");
  });

  it("refuses writes while two members call themselves primary", () => {
    become("patroni1", "primary");
    eventually(writePort, "");
    assert.ok(!isHealthy());
    become("patroni1", "replica");
    eventually(writePort, "patroni2");
  });

  it("refuses writes soon when there is no primary", () => {
    become("patroni2", "replica");
    eventually(writePort, "");
    const started = Date.now();
    assert.equal(behind(writePort), "");
    assert.ok(Date.now() - started < 3000);
    become("patroni2", "primary");
    eventually(writePort, "patroni2");
  });

  it("leads reads to the primary when no standby is left, and back", () => {
    become("patroni1", "gone");
    become("patroni3", "gone");
    eventually(readPort, "patroni2");
    become("patroni3", "replica");
    eventually(readPort, "patroni3");
    become("patroni1", "replica");
  });

  it("reloads without refusing or misleading a session", () => {
    sandbox.waitFor("haproxy1", 10, isHealthy);
    const session = `exec 3<>/dev/tcp/localhost/${writePort} && timeout 5 head -n1 <&3`;
    const { output } = inRouter(
      `kill -USR2 1; end=$((SECONDS + 3)); while [ $SECONDS -lt $end ]; do (${session}) 2>&1; done`,
    );
    const answers = output.trim().split("\n");
    assert.ok(answers.length > 20);
    assert.deepEqual([...new Set(answers)], ["patroni2"]);
  });

  it("finds a member at a new address", () => {
    sandbox.stop("patroni2");
    become("patroni3", "primary");
    eventually(writePort, "patroni3");
    // Takes the address that became free.
    startMember("stranger", "gone");
    startMember("patroni2", "replica");
    become("patroni1", "gone");
    eventually(readPort, "patroni2");
  });
});
