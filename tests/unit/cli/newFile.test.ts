import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../../cli/failure";
import { NewFile } from "../../../cli/newFile";

describe("a file that a command writes", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-file-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (file: NewFile) => pipeline(Readable.from(["one", "two"]), file.stream);
  const isRefused = (error: unknown) => error instanceof Failure && error.code === 3;

  it("has its name once it is complete, and is nobody else's to read", async () => {
    const file = NewFile.begin(folder, "name.tar");
    await write(file);
    assert.deepEqual(
      readdirSync(folder).filter((name) => !name.startsWith(".name.tar.partial-")),
      [],
    );
    await file.complete();
    assert.deepEqual(readdirSync(folder), ["name.tar"]);
    assert.equal(readFileSync(file.path, "utf8"), "onetwo");
    assert.equal(statSync(file.path).mode & 0o777, 0o600);
  });

  it("leaves nothing if it is not completed", async () => {
    const file = NewFile.begin(join(folder, "x"), "");
    await write(file);
    file.discard();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("replaces no other file, not even one that appeared meanwhile", async () => {
    const file = NewFile.begin(join(folder, "x"), "");
    await write(file);
    writeFileSync(join(folder, "x"), "other");
    await assert.rejects(file.complete(), isRefused);
    assert.deepEqual(readdirSync(folder), ["x"]);
    assert.equal(readFileSync(join(folder, "x"), "utf8"), "other");
    assert.throws(() => NewFile.begin(folder, "x"), isRefused);
    assert.throws(() => NewFile.begin(join(folder, "none", "x"), ""), isRefused);
  });
});
