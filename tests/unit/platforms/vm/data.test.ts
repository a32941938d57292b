import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { ScriptFolder } from "../../../support/scriptFolder";

// The scripts are for the services' hosts, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("data that stays on a host", () => {
  let folder: ScriptFolder;
  beforeEach(() => {
    folder = new ScriptFolder("data.sh");
    for (const name of ["state", "postgresql/17/main", "etcd"]) {
      mkdirSync(folder.in(name), { recursive: true });
    }
    folder.write("state/owner", "shop organization/hapg/prod\n");
    folder.write("postgresql/17/main/PG_VERSION", "17\n");
    folder.write("postgresql/.psql_history", "");
  });
  afterEach(() => folder.remove());

  function call(what: "list_data" | "remove_data", stack: string): string[] {
    const folders = ["postgresql", "etcd", "missing"].map((name) => folder.in(name));
    const { status, output, errors } = folder.run(`${what} ${stack} ${folders.join(" ")}`);
    assert.deepEqual({ status, errors }, { status: 0, errors: "" });
    return output.split("\n").filter((line) => line !== "");
  }
  const contents = () => [
    readdirSync(folder.in("postgresql")).sort(),
    readdirSync(folder.in("etcd")),
  ];

  it("is in the directories that hold anything", () => {
    const listed = () => call("list_data", "hapg/prod").map((line) => line.split("\t"));
    const places = () => listed().map(([, place]) => place);
    assert.deepEqual(places(), [folder.in("postgresql")]);
    assert.ok(Number(listed()[0]?.[0]) > 0, "with its size");
    mkdirSync(folder.in("etcd/member"));
    assert.deepEqual(places(), [folder.in("postgresql"), folder.in("etcd")]);
  });

  it("can be removed for good, with the note of whose it was; its directories stay", () => {
    mkdirSync(folder.in("etcd/member"));
    assert.deepEqual(call("remove_data", "hapg/prod"), []);
    assert.deepEqual(contents(), [[], []]);
    assert.equal(folder.has("state"), false);
    assert.deepEqual(call("list_data", "hapg/prod"), []);
  });

  for (const stack of ["hapg/dev", "hapg/pro", "apg/prod", "'*'"]) {
    it(`of another stack than ${stack} is not that one's to list or to remove`, () => {
      assert.deepEqual(call("list_data", stack), []);
      call("remove_data", stack);
      assert.deepEqual(contents(), [[".psql_history", "17"], []]);
      assert.ok(folder.has("state/owner"));
    });
  }

  it("of nobody is nobody's to remove", () => {
    folder.run(`rm ${folder.in("state/owner")}`);
    assert.deepEqual(call("list_data", "hapg/prod"), []);
    call("remove_data", "hapg/prod");
    assert.deepEqual(contents(), [[".psql_history", "17"], []]);
  });
});
