import assert from "node:assert/strict";
import { ScriptFolder } from "../../../support/scriptFolder";

/** A package's state and version as dpkg-query prints them. */
const installed: Record<string, string> = {
  curl: "installed 8.14.1-2",
  patroni: "installed 4.0.4-1",
  removed: "config-files 1.0-1",
};

// The scripts are for the services' hosts, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("packages on a host", () => {
  let folder: ScriptFolder;
  beforeEach(() => {
    folder = new ScriptFolder("files.sh", "packages.sh");
    const known = Object.entries(installed).map(([name, state]) => `${name}) echo "${state}" ;;`);
    folder.programs({
      "dpkg-query": `for name; do :; done; case $name in ${known.join(" ")} *) exit 1 ;; esac`,
      "apt-get": "echo from apt-get",
      "apt-mark": "exit 0",
      // As systemd's: it masks nothing if it is told to mask nothing.
      systemctl:
        'for unit; do :; done; case $unit in *.service) ;; *) echo "Too few arguments." >&2; exit 1 ;; esac',
    });
  });
  afterEach(() => folder.remove());

  /** Runs a call in an update of patroni1; what it did to the host, without the questions. */
  function run(call: string) {
    const { status, errors, output } = folder.run("begin patroni1", call, "echo went on");
    const calls = folder
      .calls()
      .filter((line) => !line.startsWith("dpkg-query"))
      .map((line) => line.replace(/^apt-get .*force-confold /, "apt-get "));
    return { status, errors, calls, wentOn: output === "went on\n" };
  }
  const isRestartDue = () => folder.run("owner=patroni1", "is_due restart").status === 0;

  for (const [name, expected] of [
    ["curl", true],
    ["curl=8.14.1-2", true],
    ["curl=8.14.1-3", false],
    ["removed", false],
    ["removed=1.0-1", false],
    ["unheard-of", false],
  ] as const) {
    it(`are ${expected ? "" : "not "}there as ${name}`, () => {
      assert.equal(folder.run(`is_installed ${name}`).status === 0, expected);
    });
  }

  it("that are missing are installed while their unit is masked: only the program starts it", () => {
    assert.deepEqual(
      run("install_packages patroni.service patroni=4.0.4-1 python3-etcd curl pg=17"),
      {
        status: 0,
        errors: "",
        calls: [
          "apt-get update",
          "systemctl mask --quiet --runtime patroni.service",
          "apt-get install --no-install-recommends --allow-change-held-packages --allow-downgrades python3-etcd pg=17",
          "systemctl unmask --quiet --runtime patroni.service",
          "apt-mark hold patroni python3-etcd curl pg",
        ],
        wentOn: true,
      },
    );
    assert.ok(isRestartDue());
  });

  it("that are there are left alone and held, and nothing is to be restarted", () => {
    assert.deepEqual(run("install_packages patroni.service patroni curl"), {
      status: 0,
      errors: "",
      calls: ["apt-mark hold patroni curl"],
      wentOn: true,
    });
    assert.ok(!isRestartDue());
  });

  it("of several services are installed with all their units masked", () => {
    const { calls } = run("install_packages 'etcd.service patroni.service' etcd-server");
    assert.equal(calls[1], "systemctl mask --quiet --runtime etcd.service patroni.service");
  });

  it("of no service are installed too", () => {
    const { status, errors, calls, wentOn } = run("install_packages '' postgresql-common");
    assert.deepEqual({ status, errors, wentOn }, { status: 0, errors: "", wentOn: true });
    assert.ok(
      calls.every((line) => !line.startsWith("systemctl")),
      calls.join("\n"),
    );
    assert.ok(calls.includes("apt-mark hold postgresql-common"));
  });

  for (const failing of ["update", "install"]) {
    it(`end an update when apt-get ${failing} fails, with its last lines and no unit left masked`, () => {
      const last = "E: Unable to locate package nonsense";
      folder.programs({
        "apt-get": `case " $* " in *" ${failing} "*) echo '${last}' >&2; exit 100 ;; esac`,
      });
      const { status, errors, calls, wentOn } = run("install_packages patroni.service nonsense");
      assert.deepEqual(
        { status, errors, wentOn },
        { status: 1, errors: `db1: apt-get ${failing} failed:\n  | ${last}\n`, wentOn: false },
      );
      const masks = calls.filter((line) => line.startsWith("systemctl mask"));
      const unmasks = calls.filter((line) => line.startsWith("systemctl unmask"));
      assert.equal(masks.length, unmasks.length, calls.join("\n"));
      assert.ok(isRestartDue());
    });
  }
});
