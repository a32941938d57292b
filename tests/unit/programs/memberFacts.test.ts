import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MemberFacts } from "../../../operations/look/memberFacts";
import { programText } from "../../../programs/load";

describe("what a member says of its data directory", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "hapg-member-"));
    // What asks PostgreSQL; there is none here.
    writeFileSync(join(home, "psql"), "#!/bin/sh\nexit 2\n");
    chmodSync(join(home, "psql"), 0o755);
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const dataDirectory = () => join(home, "17", "main");
  const write = (name: string, content: string | Buffer) => {
    mkdirSync(join(dataDirectory(), "global"), { recursive: true });
    writeFileSync(join(dataDirectory(), name), content);
  };
  const contents = () => {
    const words = ["-IS", "-", dataDirectory(), home, home];
    const output = execFileSync("python3", words, { input: programText("facts/member.py") });
    return (JSON.parse(output.toString()) as MemberFacts).data;
  };
  const nothing = { isEmpty: true, systemIdentifier: null, isHalfFounded: false };

  it("is that it is empty, before there is one", () => {
    assert.deepEqual(contents(), { value: nothing });
  });

  it("is whose it is, once that is there", () => {
    write("PG_VERSION", "17\n");
    assert.deepEqual(contents(), { value: { ...nothing, isEmpty: false } }, "a copy under way");
    const control = Buffer.alloc(8192);
    control.writeBigUInt64LE(7713202060563873852n);
    write("global/pg_control", control);
    const systemIdentifier = "7713202060563873852";
    assert.deepEqual(contents(), { value: { ...nothing, isEmpty: false, systemIdentifier } });
  });

  it("is that a cluster was half founded there", () => {
    writeFileSync(join(home, "founding"), "");
    assert.deepEqual(contents(), { value: { ...nothing, isHalfFounded: true } });
  });

  it("is why it cannot be read", () => {
    write("PG_VERSION", "17\n");
    write("global/pg_control", "cut");
    assert.match(contents().problem ?? "", /8 bytes/);
  });
});
