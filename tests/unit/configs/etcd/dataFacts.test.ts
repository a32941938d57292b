import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { etcdDataFacts } from "../../../../configs/etcd/dataFacts";

const varint = (value: bigint): number[] =>
  value < 128n ? [Number(value)] : [Number(value % 128n) + 128, ...varint(value / 128n)];
const fields = (...values: bigint[]) =>
  values.flatMap((value, i) => [8 * (i + 1), ...varint(value)]);

/** A record as etcd's log has it: its length, type, checksum and data, padded to 8 bytes. */
function record(type: bigint, data: number[]): Buffer {
  const body = [8, ...varint(type), 16, ...varint(0xdeadbeefn)].concat(
    data.length === 0 ? [] : [26, ...varint(BigInt(data.length)), ...data],
  );
  const padding = (8 - (body.length % 8)) % 8;
  const length = Buffer.alloc(8);
  length.writeUIntLE(body.length, 0, 6);
  length[7] = padding === 0 ? 0 : 0x80 + padding;
  return Buffer.concat([length, Buffer.from(body), Buffer.alloc(padding)]);
}

const head = Buffer.concat([
  record(4n, []),
  record(1n, fields(0xf23456789abcdef1n, 0x0123456789abcdefn)),
]);
const entry = (term: bigint, index: bigint, size: number) =>
  record(2n, [
    ...fields(0n, term, index),
    34,
    ...varint(BigInt(size)),
    ...Array<number>(size).fill(7),
  ]);
const state = (term: bigint) => record(3n, fields(term, 1n, 1n));
const end = Buffer.alloc(4096);

describe("the facts of an etcd member's data", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "hapg-etcd-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const facts = () => {
    const words = ["-c", etcdDataFacts, "sh", directory];
    const { stdout, stderr } = spawnSync("sh", words, { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.split("\n")[0]?.split("\t");
  };
  const put = (path: string, content: Buffer) => {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  const segment = (sequence: number, index: number) => {
    const [first, second] = [sequence, index].map((n) => n.toString(16).padStart(16, "0"));
    return `member/wal/${first}-${second}.wal`;
  };
  const ids = ["123456789abcdef", "f23456789abcdef1"];

  it("are none without data, whatever else is there", () => {
    assert.deepEqual(facts(), ["no", "-", "-", "-", "-"]);
    put("founding-permitted", Buffer.alloc(0));
    mkdirSync(join(directory, "member"));
    assert.deepEqual(facts(), ["no", "-", "-", "-", "-"]);
  });

  it("are of incomplete data without a log", () => {
    put("member/snap/db", end);
    assert.deepEqual(facts(), ["incomplete", "-", "-", "-", "-"]);
  });

  it("are the IDs in all 64 bits, and the last entry, beyond long ones", () => {
    const entries = [entry(2n, 5n, 10), entry(2n, 6n, 100_000), state(2n), entry(3n, 300n, 999)];
    put(segment(0, 0), Buffer.concat([head, ...entries, end]));
    assert.deepEqual(facts(), ["yes", ...ids, "3", "300"]);
  });

  it("are of the last entry written, which may take the place of later ones", () => {
    const entries = [entry(2n, 5n, 10), entry(2n, 6n, 10), entry(4n, 6n, 10)];
    put(segment(0, 0), Buffer.concat([head, ...entries, end]));
    assert.deepEqual(facts(), ["yes", ...ids, "4", "6"]);
  });

  it("are of the newest segment, by its name if it has no entry yet", () => {
    put(segment(0, 0), Buffer.concat([head, entry(2n, 5n, 10), end]));
    put(segment(1, 6), Buffer.concat([head, state(2n), end]));
    assert.deepEqual(facts(), ["yes", ...ids, "2", "5"]);
  });

  it("are of a snapshot that was taken over, until an entry follows", () => {
    const snapshot = record(5n, fields(70_000n, 9n));
    put(segment(0, 0), Buffer.concat([head, snapshot, end]));
    assert.deepEqual(facts(), ["yes", ...ids, "9", "70000"]);
  });

  it("are unknown for a log that cannot be read", () => {
    put(segment(0, 0), Buffer.alloc(512, 0xff));
    assert.deepEqual(facts(), ["yes", "-", "-", "-", "-"]);
    put(segment(0, 0), Buffer.alloc(0));
    assert.deepEqual(facts(), ["yes", "-", "-", "-", "-"]);
  });
});
