import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  type InstalledFile,
  installScript,
  packedScript,
  shellCommand,
  shellWord,
} from "../../../platforms/shell";

const hostile = [
  ...[
    "",
    "'",
    "''",
    '"',
    "\\",
    "\\'",
    "$HOME",
    "$(exit 1)",
    "`exit 1`",
    "${x?}",
    "!",
    "*",
    "~",
    "#",
  ],
  ...["a b", "\t", "\n", "a\n", "&&", ";", "|", ">x", "-n", "--", "%s", "naïve 日本 🐘", "END"],
];
const word = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom("'", '"', "\\", "$", "`", "!", " ", "\n", ";", "*"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((text) => !text.includes("\0"));

function shell(script: string): string {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}

describe("words for a shell", () => {
  for (const text of hostile) {
    it(`${JSON.stringify(text)} reaches the program as it is`, () => {
      assert.equal(shell(`printf %s ${shellWord(text)}`), text);
    });
  }

  it("reach the program as they are, whatever they hold and how many they are", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        assert.equal(
          shell(shellCommand(["printf", "%s\\0", ...words])),
          words.map((text) => `${text}\0`).join(""),
        );
      }),
      { numRuns: 50 },
    );
  });
});

// The script is for the services' hosts, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("the install script", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-install-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (script: string) => spawnSync("sh", ["-s"], { input: script, encoding: "utf8" });
  const file = (name: string, content: string, mode = 0o640): InstalledFile => ({
    path: join(folder, name),
    content,
    mode,
  });
  function install(...files: InstalledFile[]): void {
    const { status, stderr } = run(installScript(files));
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  }

  it("writes files with their content and mode, and leaves nothing else", () => {
    const files = [
      file("empty", ""),
      file("no newline", "text", 0o600),
      file("it's $HOME", "x\n".repeat(1000), 0o755),
      file("hostile", `${hostile.join("\n")}\nEND\n'END'\n`, 0o444),
    ];
    install(...files);
    assert.deepEqual(readdirSync(folder).sort(), ["empty", "hostile", "it's $HOME", "no newline"]);
    for (const { path, content, mode } of files) {
      assert.equal(readFileSync(path, "utf8"), content);
      assert.equal(statSync(path).mode & 0o7777, mode, path);
    }
  });

  it("removes what is no longer wanted, where it has the directory to itself", () => {
    install(file("former.py", "old"), file("kept", "1"));
    const { status } = run(installScript([file("kept", "2")], folder));
    assert.equal(status, 0);
    assert.deepEqual(readdirSync(folder), ["kept"]);
    assert.equal(readFileSync(join(folder, "kept"), "utf8"), "2");
  });

  it("does the same packed, in a fraction of the size", () => {
    const files = [
      file("long", "a line of some length\n".repeat(2000)),
      file("hostile", hostile.join()),
    ];
    const packed = packedScript(installScript(files));
    assert.ok(packed.length < 5000, `${packed.length} characters`);
    const { status, stderr } = run(packed);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    for (const { path, content } of files) assert.equal(readFileSync(path, "utf8"), content);
    assert.equal(run(packedScript("exit 3\n")).status, 3);
  });

  it("does nothing of a packed script that has come only in part", () => {
    const packed = packedScript(`${installScript([file("a", "a")])}exit 0\n`);
    const lines = packed.split("\n");
    for (let kept = 2; kept < lines.length - 2; kept++) {
      const { status } = run(lines.slice(0, kept).join("\n"));
      assert.notEqual(status, 0, `${kept} of ${lines.length} lines`);
      assert.deepEqual(readdirSync(folder), []);
    }
  });

  it("writes any content", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), (contents) => {
        const files = contents.map((content, i) => file(`file${i}`, content));
        install(...files);
        assert.deepEqual(
          files.map(({ path }) => readFileSync(path, "utf8")),
          contents,
        );
      }),
      { numRuns: 20 },
    );
  });

  it("replaces a file whole: who has the former one open reads on in it", () => {
    const replaced = file("config", "new", 0o600);
    writeFileSync(replaced.path, "former", { mode: 0o666 });
    const former = openSync(replaced.path, "r");
    try {
      install(replaced);
      assert.equal(readFileSync(former, "utf8"), "former");
    } finally {
      closeSync(former);
    }
    assert.equal(readFileSync(replaced.path, "utf8"), "new");
    assert.equal(statSync(replaced.path).mode & 0o7777, 0o600);
  });

  it("gives a file to the owner of its folder", function () {
    if (process.getuid?.() !== 0) this.skip();
    const owned = join(folder, "owned");
    mkdirSync(owned);
    spawnSync("chown", ["12345:23456", owned]);
    install(file("owned/config", "text"));
    const { uid, gid } = statSync(join(owned, "config"));
    assert.deepEqual([uid, gid], [12345, 23456]);
  });

  it("does nothing for no files", () => {
    install();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("stops at a file that it cannot write", () => {
    writeFileSync(join(folder, "plain"), "");
    const { status } = run(installScript([file("plain/a", "a"), file("b", "b")]));
    assert.notEqual(status, 0);
    assert.deepEqual(readdirSync(folder), ["plain"]);
  });

  it("makes a folder below its own, and leaves in it only what is to be there", () => {
    install(file("files/one", "1"), file("files/two", "2"));
    assert.equal(run(installScript([file("files/two", "2")], folder)).status, 0);
    assert.deepEqual(readdirSync(join(folder, "files")), ["two"]);
  });

  it("replaces nothing by half of a file when it arrives cut off", () => {
    const replaced = file("config", "0123456789".repeat(20));
    writeFileSync(replaced.path, "former");
    const script = installScript([replaced]);
    const body = script.indexOf("<<'END'\n");
    for (let length = body; length < script.length; length += 7) {
      run(script.slice(0, length));
      const content = readFileSync(replaced.path, "utf8");
      assert.ok(content === "former" || content === replaced.content, content);
    }
  });
});
