import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { removalSteps } from "../../../../platforms/vm/scripts";
import { ScriptFolder } from "../../../support/scriptFolder";

// The scripts are for the services' hosts, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("the takeover of a host", () => {
  let folder: ScriptFolder;
  beforeEach(() => {
    folder = new ScriptFolder("files.sh", "service.sh", "takeover.sh");
    folder.programs({ systemctl: 'case $1 in is-active) [ "$3" = patroni.service ] ;; esac' });
    mkdirSync(folder.in("postgresql/17"), { recursive: true });
    mkdirSync(folder.in("etcd"));
    mkdirSync(folder.in("state"));
  });
  afterEach(() => folder.remove());

  function call(...words: string[]): string[] {
    const { status, output, errors } = folder.run(words.join(" "));
    assert.deepEqual({ status, errors }, { status: 0, errors: "" });
    return output.split("\n").filter((line) => line !== "");
  }
  const remains = () =>
    call(
      ...["remains", "etcd1:etcd.service", "patroni1:patroni.service", "--"],
      ...["postgresql", "etcd", "missing"].map((name) => folder.in(name)),
    );

  it("finds its owner, what runs and where data is", () => {
    folder.write("state/owner", "shop organization/hapg/prod\n");
    assert.deepEqual(remains(), [
      "owner\tshop organization/hapg/prod",
      "runs\tpatroni1",
      `data\t${folder.in("postgresql")}`,
    ]);
  });

  it("gives it to another owner, however often", () => {
    folder.write("state/owner", "shop organization/hapg/prod\n");
    for (let i = 0; i < 2; i += 1) {
      assert.deepEqual(call("claim", "shop", "organization/hapg/renamed"), []);
      assert.equal(folder.read("state/owner"), "shop organization/hapg/renamed\n");
    }
  });

  it("leaves no file with the former CA or passwords, and all data", () => {
    const files = ["etcd/ca.pem", "etcd/member"].map((name) => folder.in(name));
    folder.write("state/owner", "shop organization/hapg/prod\n");
    for (const name of ["etcd/ca.pem", "etcd/member"]) folder.write(name, "");
    folder.write("state/etcd1.files", `reload ${files[0] ?? ""}\n`);
    for (let i = 0; i < 2; i += 1) {
      const { status, errors } = folder.run(...removalSteps("etcd1", "etcd.service"));
      assert.deepEqual({ status, errors }, { status: 0, errors: "" });
      assert.deepEqual(
        ["etcd/ca.pem", "etcd/member", "state/etcd1.files"].map((name) => folder.has(name)),
        [false, true, false],
      );
    }
  });

  it("leaves one alone that nobody has owned", () => {
    call("claim", "shop", "organization/hapg/renamed");
    assert.equal(folder.has("state/owner"), false);
    assert.deepEqual(remains().slice(0, 1), ["runs\tpatroni1"]);
  });
});
