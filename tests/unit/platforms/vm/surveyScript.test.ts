import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { type HostFacts, parseFacts } from "../../../../platforms/vm/facts";
import { askMemberFunctions } from "../../../../platforms/vm/survey";
import { settingsOf } from "../../../support/models";
import { ScriptFolder } from "../../../support/scriptFolder";

// The scripts are for the services' hosts, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("a look at a host", () => {
  let folder: ScriptFolder;
  beforeEach(() => {
    folder = new ScriptFolder("survey.sh");
    folder.programs({
      ip: [
        "echo '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever'",
        "echo '2: ens3    inet 10.0.0.1/24 brd 10.0.0.255 scope global ens3\\       valid_lft forever'",
        "echo '2: ens3    inet 10.0.0.100/32 scope global ens3\\       valid_lft forever'",
      ].join("\n"),
      ss: [
        `echo 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=999999999,fd=3))'`,
        `echo 'LISTEN 0 4096 [::]:5432 [::]:* users:(("postgres",pid=999999999,fd=6),("postgres",pid=999999998,fd=6))'`,
        "echo 'LISTEN 0 64 *:2049 *:*'",
      ].join("\n"),
      // In the host's language, unless it is told otherwise.
      "apt-cache": [
        "i=Installiert c=Installationskandidat",
        '[ "${LC_ALL-}" != C ] || i=Installed c=Candidate',
        "case $2 in",
        '  patroni) echo "patroni:"; echo "  $i: 4.0.4-1"; echo "  $c: 4.0.5-1" ;;',
        '  haproxy) echo "haproxy:"; echo "  $i: (none)"; echo "  $c: 3.0.11-1" ;;',
        "esac",
      ].join("\n"),
      "systemd-detect-virt": "exit 1",
      timedatectl: "echo yes",
      curl: "exit 7",
      systemctl: "case $1 in is-active) echo active ;; esac",
    });
  });
  afterEach(() => folder.remove());

  /** What is known after a look at a host of one member, with data directories in the folder. */
  function look(): HostFacts {
    const data = ["postgresql", "etcd"].map((name) => folder.in(name)).join(" ");
    const services = "host:- patroni1:patroni.service";
    const started = Date.now();
    const { status, output, errors } = folder.run(
      askMemberFunctions(settingsOf()),
      `survey ${data} -- patroni haproxy unheard-of -- ${services}`,
    );
    assert.deepEqual({ status, errors }, { status: 0, errors: "" });
    return parseFacts(output, started, Date.now());
  }

  it("finds addresses and their interfaces", () => {
    assert.deepEqual(look().interfaces, {
      "127.0.0.1": "lo",
      "10.0.0.1": "ens3",
      "10.0.0.100": "ens3",
    });
  });

  it("finds ports in use and by whom, as far as that can be known", () => {
    assert.deepEqual(look().listeners, [
      { port: 22, unit: "-", program: "sshd" },
      { port: 5432, unit: "-", program: "postgres" },
      { port: 2049, unit: "-", program: "-" },
    ]);
  });

  it("finds versions of packages, installed ones first, whatever language the host speaks", () => {
    const { packages } = look();
    assert.equal(packages.patroni, "4.0.4-1");
    assert.equal(packages.haproxy, "3.0.11-1");
    // Without lists of packages nothing can be said of one that is not installed.
    const lists = readdirSync("/var/lib/apt/lists").some((file) => file.includes("Packages"));
    assert.equal(packages["unheard-of"], lists ? "(none)" : undefined);
  });

  it("finds the time, the memory and the system", () => {
    const { skewMilliseconds, memoryMegabytes, isContainer, isSynchronised, distribution } = look();
    assert.ok(Math.abs(skewMilliseconds) < 5000, String(skewMilliseconds));
    assert.ok(memoryMegabytes > 64, String(memoryMegabytes));
    assert.deepEqual([isContainer, isSynchronised], [false, true]);
    assert.match(distribution, /^\S+/);
  });

  it("finds that it is a container", () => {
    folder.programs({ "systemd-detect-virt": "exit 0", timedatectl: "exit 1" });
    const { isContainer, isSynchronised } = look();
    assert.deepEqual([isContainer, isSynchronised], [true, undefined]);
  });

  it("finds free space where the data will be, before there is such a folder", () => {
    const { freeMegabytes, data } = look();
    assert.deepEqual(Object.keys(freeMegabytes), [folder.in("postgresql"), folder.in("etcd")]);
    assert.ok(Object.values(freeMegabytes).every((free) => free > 0));
    assert.deepEqual(data, []);
  });

  it("finds data that is there", () => {
    for (const name of ["postgresql/15/main", "postgresql/17/main", "etcd/member"]) {
      mkdirSync(folder.in(name), { recursive: true });
    }
    folder.write("postgresql/15/main/PG_VERSION", "15\n");
    assert.deepEqual(look().data, [folder.in("postgresql/15/main"), folder.in("etcd/member")]);
  });

  it("finds whose host it is", () => {
    assert.equal(look().owner, undefined);
    mkdirSync(folder.state);
    folder.write("state/owner", "shop organization/hapg/prod\n");
    assert.deepEqual(look().owner, { cluster: "shop", stack: "organization/hapg/prod" });
  });

  it("finds what the services do", () => {
    assert.deepEqual(look().services, {
      host: { isActive: true, difference: "is not set up" },
      patroni1: { isActive: true, difference: "is not set up" },
    });
  });
});
