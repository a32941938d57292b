import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync } from "node:fs";
import { withHereDocument } from "../../../../platforms/shell";
import { me, ScriptFolder } from "../../../support/scriptFolder";

// The scripts are for the services' hosts, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("files on a host", () => {
  let folder: ScriptFolder;
  beforeEach(() => (folder = new ScriptFolder("files.sh", "survey.sh")));
  afterEach(() => folder.remove());

  interface File {
    content?: string;
    mode?: string;
    kind?: string;
  }
  const put = (name: string, { content = "text\n", mode = "640", kind = "reload" }: File = {}) =>
    withHereDocument(`put_file ${folder.in(name)} ${mode} ${me} ${kind}`, content);
  /** Prints what is due, one word a line. */
  const printDue = "for one in restart reload limits; do if is_due $one; then echo $one; fi; done";

  /** Runs steps that are expected to succeed, and returns their output as words. */
  function succeed(...steps: string[]): string[] {
    const { status, output, errors } = folder.run(...steps);
    assert.deepEqual({ status, errors }, { status: 0, errors: "" });
    return output.split("\n").filter((line) => line !== "");
  }
  /** A whole run of a service that has these files; returns what it found due. */
  const update = (...files: string[][]) =>
    succeed("begin etcd1", ...files.flat(), "drop_old_files", printDue, "end");
  /** A run that is cut short when it has written these. */
  const cutShort = (...files: string[][]) =>
    assert.equal(folder.run("begin etcd1", ...files.flat(), "exit 7").status, 7);
  const remove = () => succeed("owner=etcd1", "remove_files");

  it("are written with their content, mode and user, and what their kind asks for is due", () => {
    const content = "it's $HOME\n'END'\nEND\nno line break at the end";
    const due = update(
      put("etc/hapg/start", { content, mode: "750", kind: "restart" }),
      put("etc/hapg/empty", { content: "", mode: "600", kind: "limits" }),
    );
    assert.deepEqual(due, ["restart", "limits"]);
    assert.equal(folder.read("etc/hapg/start"), content);
    assert.equal(folder.read("etc/hapg/empty"), "");
    const { mode, uid } = statSync(folder.in("etc/hapg/start"));
    assert.deepEqual([mode & 0o7777, uid], [0o750, process.getuid?.()]);
    assert.deepEqual(readdirSync(folder.in("etc/hapg")).sort(), ["empty", "start"]);
  });

  it("may be reached by a link of their user, which is removed with them", () => {
    const link = "home/.config/patroni/patronictl.yaml";
    folder.programs({ runuser: 'shift 3; exec "$@"' });
    const linked = `put_link ${folder.in(link)} ${folder.in("conf")} ${me}`;
    for (const content of ["one", "two"]) {
      assert.deepEqual(update(put("conf", { content }), [linked]), ["reload"]);
      assert.equal(folder.read(link), content);
    }
    assert.equal(statSync(folder.in("home/.config")).uid, process.getuid?.());
    assert.doesNotMatch(folder.read("state/etcd1.sums"), /patronictl/);
    remove();
    assert.ok(!folder.has(link));
    folder.write("conf", "own");
    mkdirSync(folder.in("home/.config/patroni"), { recursive: true });
    folder.write(link, "somebody's own");
    update([linked]);
    remove();
    assert.equal(folder.read(link), "somebody's own");
  });

  it("are left alone when they are as they should be, and nothing is due", () => {
    update(put("conf"));
    utimesSync(folder.in("conf"), 1000, 1000);
    const before = statSync(folder.in("conf"));
    assert.deepEqual(update(put("conf")), []);
    const { mtimeMs, ino } = statSync(folder.in("conf"));
    assert.deepEqual([mtimeMs, ino], [before.mtimeMs, before.ino]);
  });

  it("are written anew when their content is another, in the stack file or by hand", () => {
    update(put("conf", { content: "one" }), put("other", { kind: "restart" }));
    assert.deepEqual(update(put("conf", { content: "two" }), put("other", { kind: "restart" })), [
      "reload",
    ]);
    folder.write("conf", "edited");
    assert.deepEqual(update(put("conf", { content: "two" }), put("other", { kind: "restart" })), [
      "reload",
    ]);
    assert.equal(folder.read("conf"), "two");
  });

  it("are written anew when their mode is another", () => {
    update(put("conf"));
    assert.deepEqual(update(put("conf", { mode: "600" })), ["reload"]);
    chmodSync(folder.in("conf"), 0o644);
    assert.deepEqual(update(put("conf", { mode: "600" })), ["reload"]);
    assert.equal(statSync(folder.in("conf")).mode & 0o7777, 0o600);
  });

  it("are written anew when they belong to another user", () => {
    update(put("conf"));
    folder.programs({ stat: "echo 640 somebody" });
    assert.deepEqual(update(put("conf")), ["reload"]);
  });

  it("are nobody else's to read, not even while they are written", () => {
    const head = succeed("command -v head").join();
    folder.programs({
      head: `mode=$(stat -L -c %a /proc/$$/fd/1); echo "$mode" >&2; exec ${head} "$@"`,
    });
    const { errors } = folder.run("begin etcd1", ...put("passwords", { mode: "600" }));
    assert.equal(errors, "600\n");
  });

  it("go when they leave the stack file, and what their kind asks for is due", () => {
    update(put("kept"), put("dropped", { kind: "restart" }));
    assert.deepEqual(update(put("kept")), ["restart"]);
    assert.deepEqual([folder.has("kept"), folder.has("dropped")], [true, false]);
    assert.deepEqual(update(put("kept")), []);
  });

  it("of one owner are no other's business", () => {
    succeed("begin host", ...put("of-host"), "drop_old_files", "end");
    assert.deepEqual(update(put("conf")), ["reload"]);
    update(put("conf"));
    assert.ok(folder.has("of-host"));
    remove();
    assert.deepEqual([folder.has("of-host"), folder.has("conf")], [true, false]);
  });

  it("stay due until a run has come to its end", () => {
    cutShort(put("conf"), put("start", { kind: "restart" }));
    assert.deepEqual(update(put("conf"), put("start", { kind: "restart" })), ["restart", "reload"]);
    assert.deepEqual(update(put("conf"), put("start", { kind: "restart" })), []);
  });

  it("go when they leave the stack file after a run that was cut short", () => {
    update(put("conf"));
    cutShort(put("conf"), put("new", { kind: "restart" }));
    assert.deepEqual(update(put("conf")), ["restart"]);
    assert.equal(folder.has("new"), false);
  });

  it("can all be removed, with the folders that nobody else uses", () => {
    mkdirSync(folder.in("etc"));
    folder.write("etc/hosts", "not ours");
    update(put("etc/conf"), put("unit.d/hapg.conf"), put("unit.d/hapg-limits.conf"));
    remove();
    assert.deepEqual(readdirSync(folder.in("etc")), ["hosts"]);
    assert.equal(folder.has("unit.d"), false);
    assert.deepEqual(readdirSync(folder.state), []);
  });

  it("can all be removed after a run that was cut short, the first one too", () => {
    cutShort(put("etc/passwords"));
    remove();
    assert.equal(folder.has("etc/passwords"), false);
    update(put("etc/conf"));
    cutShort(put("etc/conf"), put("etc/passwords"));
    remove();
    assert.equal(folder.has("etc"), false);
    assert.deepEqual(readdirSync(folder.state), []);
  });

  it("need not be there to be removed", () => {
    remove();
  });

  describe("are looked at, and", () => {
    beforeEach(() => folder.programs({ systemctl: "exit 0" }));
    const difference = (unit = "etcd.service") => succeed(`difference etcd1 ${unit}`).join("\n");

    it("do not differ as the program left them", () => {
      update(put("conf"), put("start", { mode: "750" }));
      assert.equal(difference(), "");
    });

    it("differ from nothing that was ever set up", () => {
      assert.equal(difference(), "is not set up");
    });

    it("differ after a first run that was cut short", () => {
      cutShort(put("conf"));
      assert.equal(difference(), "is not set up");
    });

    it("differ when they were edited or deleted", () => {
      update(put("one"), put("two"), put("three"));
      folder.write("one", "edited");
      folder.run(`rm ${folder.in("three")}`);
      const files = `${folder.in("one")} ${folder.in("three")}`;
      assert.equal(difference(), `has changed files: ${files}`);
    });

    it("differ when they have another mode", () => {
      update(put("conf"));
      chmodSync(folder.in("conf"), 0o644);
      assert.equal(difference(), `has a file with another mode or user: ${folder.in("conf")}`);
    });

    it("say that the service does not run, or would not start with the host", () => {
      update(put("conf"));
      folder.programs({ systemctl: '[ "$1" != is-active ]' });
      assert.equal(difference(), "does not run");
      folder.programs({ systemctl: '[ "$1" != is-enabled ]' });
      assert.equal(difference(), "would not start with the host");
    });

    it("ask for no service where there is none, as for the host itself", () => {
      update(put("conf"));
      folder.calls();
      assert.equal(difference("-"), "");
      assert.deepEqual(folder.calls(), []);
    });
  });
});
