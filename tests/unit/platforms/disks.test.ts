import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { type Disk, keptDataScript, parseDisks } from "../../../platforms/disks";

describe("kept data", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-disks-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const put = (path: string, content: string | Buffer) => {
    const whole = join(folder, path);
    mkdirSync(join(whole, ".."), { recursive: true });
    writeFileSync(whole, content);
  };
  const putMember = (major: string, name = "main") => {
    put(`${major}/${name}/PG_VERSION`, `${major}\n`);
    const control = Buffer.alloc(64);
    control.writeBigUInt64LE(7555555555555555555n);
    put(`${major}/${name}/global/pg_control`, control);
  };
  const look = (service = "patroni1"): Disk[] => {
    const script = `${keptDataScript()}\nkept_data '${service}' '${folder}'`;
    return parseDisks(execaSync("/bin/sh", ["-euc", script]).stdout);
  };

  it("is none in a directory that is empty, or was never made", () => {
    assert.deepEqual(look(), []);
    assert.deepEqual(parseDisks("Welcome to db1!\n\n"), []);
  });

  it("is a member's, with its version, its cluster and what that was founded with", () => {
    putMember("17");
    const founding = { version: 17, initdb_locale: "C.UTF-8" };
    put("17/main/patroni.dynamic.json", JSON.stringify({ ttl: 20, hapg: { founding } }));
    assert.deepEqual(look(), [
      {
        service: "patroni1",
        holds: "postgres",
        major: 17,
        system: "7555555555555555555",
        founding,
      },
    ]);
  });

  it("is a member's whose copy of the configuration is lost or cut short", () => {
    putMember("16");
    put("16/main/patroni.dynamic.json", '{"ttl": 2');
    assert.deepEqual(
      look().map(({ major, founding }) => ({ major, founding })),
      [{ major: 16, founding: undefined }],
    );
  });

  it("is a member's whose control file is lost", () => {
    put("17/main/PG_VERSION", "17\n");
    assert.deepEqual(
      look().map(({ system }) => system),
      [undefined],
    );
  });

  it("is not what a founding has left that was cut short", () => {
    putMember("17");
    put("founding", "");
    assert.deepEqual(look(), []);
    rmSync(join(folder, "founding"));
    assert.equal(look().length, 1);
  });

  it("is not what was set aside", () => {
    putMember("17", "main.half-founded-1700000000");
    assert.deepEqual(look(), []);
  });

  it("is etcd's", () => {
    put("member/wal/0.wal", "");
    assert.deepEqual(look("etcd2"), [{ service: "etcd2", holds: "etcd" }]);
  });
});
