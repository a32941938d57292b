import assert from "node:assert/strict";
import { withHereDocument } from "../../../../platforms/shell";
import { me, ScriptFolder } from "../../../support/scriptFolder";

// The scripts are for the services' hosts, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("a service on a host", () => {
  let folder: ScriptFolder;
  beforeEach(() => {
    folder = new ScriptFolder("files.sh", "service.sh");
    folder.programs({
      systemctl: `case $1 in show) cat '${folder.in("restarts")}' ;; esac`,
      journalctl: "echo one; echo two",
      // As the program's user, which the tests cannot be: the command alone.
      runuser: 'shift 3; exec "$@"',
    });
    folder.write("restarts", "0\n");
  });
  afterEach(() => folder.remove());

  interface File {
    content: string;
    kind: "restart" | "reload" | "limits" | "nothing";
  }
  /** One update of etcd1 with a file, whose readiness check is a command. */
  function update(
    { content, kind }: File,
    { check = "true", timeout = 5, handOver = "systemctl hand-over", reloaded = "true" } = {},
  ) {
    const { status, errors } = folder.run(
      `hand_over() { ${handOver}; }`,
      `reloaded() { ${reloaded}; }`,
      "begin etcd1",
      ...withHereDocument(`put_file ${folder.in(kind)} 644 ${me} ${kind}`, content),
      `finish_service etcd.service nobody ${timeout} ${check}`,
    );
    const calls = folder
      .calls()
      .filter((line) => /^systemctl (daemon-reload|enable|hand-over|re)/.test(line));
    return { status, errors, calls };
  }
  /** What was done to the unit by an update that is expected to succeed. */
  function done(file: File): string[] {
    const { status, errors, calls } = update(file);
    assert.deepEqual({ status, errors }, { status: 0, errors: "" });
    return calls.filter((line) => /^systemctl (hand-over|restart|reload)/.test(line));
  }

  it("is enabled and restarted at first, after systemd has read its unit", () => {
    folder.programs({ systemctl: "case $1 in show) echo 0 ;; is-active) exit 3 ;; esac" });
    const { calls } = update({ content: "1", kind: "restart" });
    assert.deepEqual(calls, [
      "systemctl daemon-reload",
      "systemctl enable --quiet etcd.service",
      "systemctl restart etcd.service",
    ]);
  });

  it("is left alone when nothing changed", () => {
    update({ content: "1", kind: "restart" });
    assert.deepEqual(done({ content: "1", kind: "restart" }), []);
  });

  for (const [kind, expected] of [
    ["restart", ["systemctl hand-over", "systemctl restart etcd.service"]],
    ["reload", ["systemctl reload etcd.service"]],
    ["limits", []],
  ] as const) {
    it(`does ${expected.join(", ") || "nothing more"} when a file of the kind ${kind} changed`, () => {
      update({ content: "1", kind });
      assert.deepEqual(done({ content: "2", kind }), expected);
    });
  }

  it("is started when it does not run, whatever changed", () => {
    update({ content: "1", kind: "reload" });
    folder.programs({ systemctl: "case $1 in show) echo 0 ;; is-active) exit 3 ;; esac" });
    assert.deepEqual(done({ content: "1", kind: "reload" }), ["systemctl restart etcd.service"]);
  });

  it("is waited for until its check passes", () => {
    const mark = folder.in("ready");
    folder.programs({ check: `[ -e '${mark}' ] || { : >'${mark}'; exit 1; }` });
    assert.equal(update({ content: "1", kind: "reload" }, { check: "check" }).status, 0);
  });

  for (const [kind, expected] of [
    ["nothing", []],
    ["reload", ["systemctl reload etcd.service"]],
  ] as const)
    it(`is not waited for if it was not ready before, and a file of the kind ${kind} changed`, () => {
      update({ content: "1", kind });
      const { status, calls } = update({ content: "2", kind }, { check: "false", timeout: 0 });
      assert.equal(status, 0);
      assert.deepEqual(
        calls.filter((line) => /^systemctl re/.test(line)),
        expected,
      );
      // The next update has nothing to catch up on.
      assert.deepEqual(done({ content: "2", kind }), []);
    });

  it("ends the update with its last log lines when it does not become ready", () => {
    const { status, errors } = update(
      { content: "1", kind: "restart" },
      { check: "false", timeout: 0 },
    );
    assert.equal(status, 1);
    assert.deepEqual(errors.split("\n"), [
      "db1: etcd1 did not become ready within 0 s. Its last log lines:",
      "  | one",
      "  | two",
      "Nothing else was changed. Correct the cause and run the update again: it continues from here.",
      "",
    ]);
  });

  it("is waited for until it runs with its new files, not only until its former process answers", () => {
    update({ content: "1", kind: "reload" });
    const mark = folder.in("taken");
    const inAMoment = `[ -e '${mark}' ] || { : >'${mark}'; return 1; }`;
    const first = update({ content: "2", kind: "reload" }, { reloaded: inAMoment });
    assert.equal(first.status, 0);
    assert.ok(folder.has("taken"));
    const never = { reloaded: "false", timeout: 0 };
    const { status, errors } = update({ content: "3", kind: "reload" }, never);
    assert.equal(status, 1);
    assert.match(errors, /^db1: etcd1 runs, but not with its new files\. Its last log lines:\n/);
    // The next update reloads it although nothing changed since.
    assert.deepEqual(done({ content: "3", kind: "reload" }), ["systemctl reload etcd.service"]);
  });

  it("is restarted by the next update, even without a change, when this one failed", () => {
    update({ content: "1", kind: "restart" }, { check: "false", timeout: 0 });
    assert.deepEqual(done({ content: "1", kind: "restart" }), [
      "systemctl hand-over",
      "systemctl restart etcd.service",
    ]);
  });

  it("goes on when nobody can take over from it", () => {
    const { status, calls } = update({ content: "1", kind: "restart" }, { handOver: "exit 9" });
    assert.equal(status, 9);
    assert.ok(!calls.includes("systemctl restart etcd.service"), calls.join("\n"));
  });

  it("is not waited for when it ends again and again", () => {
    const counter = folder.in("restarts");
    folder.programs({ check: `echo $(($(cat '${counter}') + 3)) >'${counter}'; exit 1` });
    const { status, errors } = update(
      { content: "1", kind: "restart" },
      { check: "check", timeout: 600 },
    );
    assert.equal(status, 1);
    assert.match(errors, /^db1: etcd1 fails again and again\. Its last log lines:\n/);
  });

  for (const [verb, what] of [
    ["restart", "could not be started"],
    ["reload", "could not read its files again"],
  ] as const) {
    it(`ends the update when systemd says that it ${what}`, () => {
      update({ content: "1", kind: verb });
      folder.programs({ systemctl: `[ "$1" != ${verb} ]` });
      const { status, errors } = update({ content: "2", kind: verb });
      assert.equal(status, 1);
      assert.match(errors, new RegExp(`^db1: etcd1 ${what}\\.`));
    });
  }

  it("is stopped, disabled and without files once it is removed", () => {
    update({ content: "1", kind: "restart" });
    assert.equal(folder.run("owner=etcd1", "remove_service etcd.service").status, 0);
    assert.deepEqual(folder.calls(), [
      "systemctl disable --quiet --now etcd.service",
      "systemctl daemon-reload",
    ]);
    assert.ok(!folder.has("restart"));
  });

  it("can be removed when it is not there any more", () => {
    folder.programs({ systemctl: '[ "$1" != disable ]' });
    assert.equal(folder.run("owner=etcd1", "remove_service etcd.service").status, 0);
  });
});
