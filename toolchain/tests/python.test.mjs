// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { examined } from "../python.mjs";

const files = ["programs/disk.py", "programs/verdict.py"];

test("a program as it should be is let through", () => {
  const text = 'import yaml\n\nfrom disk import Disk\n\nprint(Disk(yaml.safe_load("{}")))\n';
  assert.deepEqual(examined("programs/verdict.py", text, files), {
    complaints: [],
    formatted: text,
  });
});

for (const { what, text, complaint } of [
  { what: "a name that is nowhere", text: "print(nobody)\n", complaint: "1:7: F821" },
  { what: "a fault of syntax", text: "if True\n", complaint: "1:8: invalid-syntax" },
  { what: "a long line", text: `# ${"a b".repeat(50)}\n`, complaint: "1:101: E501" },
  {
    what: "what is newer than Debian 12",
    text: "type A = int\n",
    complaint: "1:1: invalid-syntax",
  },
]) {
  test(`${what} is complained about`, () => {
    const [first = ""] = examined("disk.py", text, files).complaints;
    assert.ok(first.startsWith(`disk.py:${complaint}`), first);
  });
}

test("another format is complained about, and put right", () => {
  assert.deepEqual(examined("disk.py", "print( 'a' )\n", files), {
    complaints: ["disk.py: not formatted; run npm run format"],
    formatted: 'print("a")\n',
  });
});
