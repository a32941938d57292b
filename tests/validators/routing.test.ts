import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderHaproxyCfg } from "../../configs/haproxy/haproxyCfg";
import { paths } from "../../configs/cluster/paths";
import { TestCertificate } from "../support/certificates";
import { Sandbox } from "../support/containers";
import { imageOf } from "../support/images";
import { namedTopology, settingsOf } from "../support/models";
import { reloadedOf } from "../support/reloaded";

const fakeMember = readFileSync(join(__dirname, "..", "support", "fakeMember.py"), "utf8");

// HAProxy before members that only pretend: their roles change at a word.
describe("HAProxy's routing", function () {
  this.timeout(600_000);
  this.bail(true);
  const settings = settingsOf();
  const { members, etcd } = namedTopology(settings);
  const { writePort, readPort, statsPort, restApiPort } = settings.haproxy;
  let sandbox: Sandbox;
  let ca: TestCertificate;

  before(async () => {
    sandbox = new Sandbox();
    ca = await TestCertificate.authority();
    for (const { name } of members) {
      await startMember(name, name === "patroni1" ? "primary" : "replica");
    }
    const { haproxy, tls } = settings;
    const content = renderHaproxyCfg({
      sessionsPerMember: 90,
      haproxy,
      address: "haproxy1",
      members,
      etcd,
      tls,
      password: "s3cr3t",
      generation: "0123456789abcdef",
    });
    const own = await ca.sign({ names: ["haproxy1", "localhost"] });
    sandbox.start("haproxy1", {
      image: imageOf("haproxy"),
      configDirectory: paths.haproxyConfig,
      dataDirectory: "/var/lib/haproxy",
      files: [
        { path: paths.haproxyCfg, content, mode: 0o600 },
        { path: trusted, content: ca.certificate, mode: 0o640 },
        { path: paths.identityOf(paths.haproxyConfig), content: own.identity, mode: 0o600 },
      ],
      command: ["haproxy", "-W", "-db", "-f", paths.haproxyCfg],
    });
    sandbox.waitFor("haproxy1", 20, isHealthy);
  });
  after(() => {
    sandbox.remove();
  });

  const trusted = paths.caOf(paths.haproxyConfig);
  const script = `${paths.patroniConfig}/member.py`;
  const identity = paths.identityOf(paths.patroniConfig);
  /** @param others what its certificate says, and whose it is, where that is not as it should be */
  const startMember = async (
    name: string,
    role: string,
    others: { names?: string[]; issuer?: TestCertificate; days?: number } = {},
  ) => {
    const { names = [name, "haproxy1", "localhost"], issuer = ca, days = 10 } = others;
    const own = await issuer.sign({ names, days });
    sandbox.start(name, {
      image: imageOf("patroni"),
      configDirectory: paths.patroniConfig,
      dataDirectory: paths.postgresData,
      files: [
        { path: script, content: fakeMember, mode: 0o640 },
        { path: identity, content: own.identity, mode: 0o600 },
      ],
      command: ["python3", script, name, role, identity],
    });
  };
  const inRouter = (script: string) => sandbox.execute("haproxy1", "bash", "-c", script);
  /** Which member answers behind a port; empty if the session is refused. */
  const behind = (port: number) =>
    inRouter(`exec 3<>/dev/tcp/localhost/${port} && timeout 5 head -n1 <&3`).output.trim();
  const curl = (words: string) => inRouter(`curl -s --cacert ${trusted} ${words}`);
  const page = (path: string, words = "") =>
    curl(`${words} https://localhost:${statsPort}/${path}`);
  const isHealthy = () => page("healthz", "-f").status === 0;
  const become = (member: string, role: string) => {
    sandbox.execute(member, "sh", "-c", `echo ${role} >/tmp/role`);
  };
  const eventually = (port: number, ...expected: string[]) => {
    sandbox.waitFor("haproxy1", 15, () => expected.includes(behind(port)));
  };

  /** Until only these members get reads. */
  const readersBecome = (...expected: string[]) => {
    sandbox.waitFor("haproxy1", 20, () =>
      Array.from({ length: 4 }, () => behind(readPort)).every((one) => expected.includes(one)),
    );
  };

  it("leads writes to the primary and reads to the standbys", () => {
    assert.equal(behind(writePort), "patroni1");
    const readers = Array.from({ length: 6 }, () => behind(readPort));
    assert.deepEqual([...new Set(readers)].sort(), ["patroni2", "patroni3"]);
  });

  it("leads REST calls to the leader and shows metrics", () => {
    assert.equal(curl(`https://localhost:${restApiPort}/config`).output, "patroni1");
    const { output } = page("metrics", "--user stats:s3cr3t");
    assert.match(output, /haproxy_backend_active_servers\{proxy="primary"\} 1/);
  });

  it("passes on the metrics of the member that is asked for, and of no other", () => {
    const metrics = (service: string) =>
      page(`metrics/${service}`, "-w '\\n%{http_code}' --user stats:s3cr3t").output;
    for (const { name } of members) assert.equal(metrics(name), `${name}\n200`);
    become("patroni3", "silent");
    assert.match(metrics("patroni3"), /\n50\d$/);
    assert.doesNotMatch(metrics("patroni3"), /patroni/);
    become("patroni3", "replica");
    eventually(readPort, "patroni3");
    // No member of etcd has this name here.
    assert.match(metrics("etcd1"), /\n503$/);
    assert.match(metrics("etcd9"), /\n503$/);
  });

  it("shows its page and the metrics to nobody without a login, and to nobody in the clear", () => {
    const status = (path: string, words = "") =>
      page(path, `-o /dev/null -w '%{http_code}' ${words}`).output;
    for (const path of ["stats", "metrics", "stats;csv", "metrics/patroni1"]) {
      assert.equal(status(`'${path}'`), "401", path);
      assert.equal(status(`'${path}'`, "--user stats:guess"), "401", path);
      assert.equal(status(`'${path}'`, "--user stats:s3cr3t"), "200", path);
    }
    assert.equal(status("healthz"), "200");
    assert.notEqual(inRouter(`curl -s localhost:${statsPort}/healthz`).status, 0);
    assert.notEqual(inRouter(`curl -s http://localhost:${statsPort}/metrics`).status, 0);
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

  it("refuses writes soon when there is no primary, and any member answers REST calls", () => {
    become("patroni2", "replica");
    eventually(writePort, "");
    const started = Date.now();
    assert.equal(behind(writePort), "");
    assert.ok(Date.now() - started < 3000);
    // Two of three REST APIs do not answer either.
    for (const member of ["patroni1", "patroni3"]) become(member, "silent");
    sandbox.waitFor("haproxy1", 15, () => {
      const answers = Array.from({ length: 4 }, () => curl(`https://localhost:${restApiPort}/x`));
      return answers.every(({ output }) => output === "patroni2");
    });
    for (const member of ["patroni1", "patroni3"]) become(member, "replica");
    become("patroni2", "primary");
    eventually(writePort, "patroni2");
  });

  it("leads nobody to a member that holds the leader key and is still in recovery, but reads", () => {
    become("patroni2", "promoting");
    eventually(writePort, "");
    become("patroni1", "gone");
    become("patroni3", "gone");
    eventually(readPort, "patroni2");
    inRouter("sleep 1");
    assert.equal(behind(writePort), "");
    assert.equal(behind(readPort), "patroni2");
    for (const standby of ["patroni1", "patroni3"]) become(standby, "replica");
    become("patroni2", "primary");
    eventually(writePort, "patroni2");
  });

  it("leads nobody to a member that was not checked yet, after a start", () => {
    become("patroni2", "replica");
    eventually(writePort, "");
    // The checks of a new process are spread over a second: until then some members are down and
    // others not checked.
    const session = `exec 3<>/dev/tcp/localhost/${writePort} && timeout 2 head -n1 <&3`;
    const { output } = inRouter(
      `kill -USR2 1; for i in $(seq 60); do (${session}) 2>/dev/null & sleep 0.03; done; wait`,
    );
    assert.equal(output, "");
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

  for (const state of ["lagging", "lonely"]) {
    it(`leaves its sessions to a ${state} standby, and gives it no new ones`, () => {
      become("patroni1", "gone");
      readersBecome("patroni3");
      const session = `exec 3<>/dev/tcp/localhost/${readPort}; timeout 60 cat <&3 >/dev/null`;
      inRouter(`rm -f /tmp/read; (${session}; echo $? >/tmp/read) >/dev/null 2>&1 &`);
      inRouter("sleep 1");
      become("patroni1", "replica");
      become("patroni3", state);
      readersBecome("patroni1");
      assert.equal(inRouter("cat /tmp/read").status, 1, "its session was cut");
      become("patroni3", "gone");
      sandbox.waitFor("haproxy1", 10, () => inRouter("cat /tmp/read").output.trim() === "0");
      become("patroni3", "replica");
      eventually(readPort, "patroni3");
    });
  }

  it("leads reads to standbys that do not stream while nobody leads", () => {
    become("patroni2", "gone");
    for (const standby of ["patroni1", "patroni3"]) become(standby, "lonely");
    eventually(writePort, "");
    readersBecome("patroni1", "patroni3");
    become("patroni2", "primary");
    readersBecome("patroni2");
    for (const standby of ["patroni1", "patroni3"]) become(standby, "replica");
    readersBecome("patroni1", "patroni3");
    eventually(writePort, "patroni2");
  });

  for (const [what, port, expected] of [
    ["write", writePort, ["patroni2"]],
    ["read", readPort, ["patroni1", "patroni3"]],
  ] as const) {
    it(`reloads without refusing or misleading a session to ${what}`, () => {
      sandbox.waitFor("haproxy1", 10, isHealthy);
      const session = `exec 3<>/dev/tcp/localhost/${port} && timeout 5 head -n1 <&3`;
      const { output } = inRouter(
        `kill -USR2 1; end=$((SECONDS + 3)); while [ $SECONDS -lt $end ]; do (${session}) 2>&1; done`,
      );
      const answers = output.trim().split("\n");
      assert.ok(answers.length > 20);
      assert.deepEqual([...new Set(answers)].sort(), expected);
    });
  }

  it("shows with which file it runs, and that of a failed reload is not the one", async () => {
    const reloaded = await reloadedOf("haproxy1");
    const takesOver = () => inRouter(reloaded).status === 0;
    assert.ok(takesOver());
    inRouter(`sed -i s/0123456789abcdef/0123456789abcde0/ ${paths.haproxyCfg}`);
    assert.ok(!takesOver());
    inRouter("kill -USR2 1");
    sandbox.waitFor("haproxy1", 10, takesOver);
    inRouter(`sed -i 's/0123456789abcde0/0123456789abcde1/; $a nonsense' ${paths.haproxyCfg}`);
    inRouter("kill -USR2 1; sleep 1");
    assert.ok(isHealthy());
    assert.ok(!takesOver());
    inRouter(`sed -i '$d' ${paths.haproxyCfg}; kill -USR2 1`);
    sandbox.waitFor("haproxy1", 10, takesOver);
  });

  it("finds a member at a new address", async () => {
    sandbox.stop("patroni2");
    become("patroni3", "primary");
    eventually(writePort, "patroni3");
    // Takes the address that became free.
    await startMember("stranger", "gone");
    await startMember("patroni2", "replica");
    become("patroni1", "gone");
    eventually(readPort, "patroni2");
  });

  // From here on there are the primary patroni3 and the standby patroni2; patroni1 is each time
  // another.
  const other = () => TestCertificate.authority("other CA");
  const strangers: [string, () => Promise<Parameters<typeof startMember>[2]>][] = [
    ["another member's certificate", () => Promise.resolve({ names: ["patroni2", "haproxy1"] })],
    ["a certificate of another CA", async () => ({ issuer: await other() })],
    ["a certificate that has ended", () => Promise.resolve({ days: -1 })],
  ];
  for (const [what, others] of strangers) {
    it(`leads nobody to a member with ${what}`, async () => {
      await startMember("patroni1", "primary", await others());
      // It does run, and says that it leads.
      sandbox.waitFor("patroni1", 10, () => {
        const asked = "curl -skf https://localhost:8008/primary";
        return sandbox.execute("patroni1", "sh", "-c", asked).output.includes("patroni1");
      });
      // Two rounds of checks that would pass, then as many sessions as there are members to choose
      // from.
      inRouter("sleep 3");
      assert.equal(behind(writePort), "patroni3");
      become("patroni1", "replica");
      inRouter("sleep 3");
      const readers = Array.from({ length: 6 }, () => behind(readPort));
      assert.deepEqual([...new Set(readers)], ["patroni2"]);
    });
  }

  it("leads clients to it again once its certificate is as it should be", async () => {
    await startMember("patroni1", "replica");
    eventually(readPort, "patroni1");
  });
});
