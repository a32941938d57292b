// @ts-check
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const toolchain = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "hapg-compiled-"));
const caches = join(project, "caches");
after(() => rmSync(project, { recursive: true }));
mkdirSync(join(project, "toolchain"));
for (const file of ["cache.cjs", "compiled.cjs", "compile.mjs", "onDemand.cjs", "run.cjs"])
  copyFileSync(join(toolchain, file), join(project, "toolchain", file));
mkdirSync(join(project, "node_modules"));
symlinkSync(
  join(toolchain, "..", "node_modules", "esbuild"),
  join(project, "node_modules", "esbuild"),
);
symlinkSync(
  join(toolchain, "..", "node_modules", "@esbuild"),
  join(project, "node_modules", "@esbuild"),
);
mkdirSync(join(project, "parts"));
const main = (/** @type {string} */ text) => writeFileSync(join(project, "main.ts"), text);
const part = (/** @type {string} */ text) => writeFileSync(join(project, "parts", "part.ts"), text);

/** @param {string[]} words */
const node = (...words) =>
  spawnSync(process.execPath, words, {
    cwd: tmpdir(),
    env: { ...process.env, XDG_CACHE_HOME: caches },
    encoding: "utf8",
  });
const run = (/** @type {string[]} */ ...words) =>
  node(join(project, "toolchain", "run.cjs"), "main.ts", ...words);
const path = () =>
  node(
    "-p",
    `require(${JSON.stringify(join(project, "toolchain", "compiled.cjs"))}).compiled("main.ts")`,
  );

main('import { word } from "./parts/part"; console.log(word, process.argv.slice(2).join());');
part('export const word: string = __dirname.split("/").at(-1) ?? "";');

test("a program runs with its arguments, and its modules know their folders", () => {
  const { stdout, stderr, status } = run("one", "--two");
  assert.deepEqual(
    { stdout, stderr, status },
    { stdout: "parts one,--two\n", stderr: "", status: 0 },
  );
});

test("it is kept until one of its files is another one", () => {
  const first = path().stdout;
  assert.equal(path().stdout, first);
  part('export const word: string = "changed";');
  assert.equal(run().stdout, "changed \n");
  assert.notEqual(path().stdout, first);
  part('export const word: string = __dirname.split("/").at(-1) ?? "";');
  assert.equal(path().stdout, first, "the former one is still there");
});

test("a file that is not there any more is no reason to run what was made from it", () => {
  rmSync(join(project, "parts", "part.ts"));
  const { status, stderr } = run();
  assert.notEqual(status, 0);
  assert.match(stderr, /main\.ts cannot be compiled:[^]*Could not resolve "\.\/parts\/part"/);
  part('export const word: string = "back";');
  assert.equal(run().stdout, "back \n");
});

test("an error shows the place in the TypeScript", () => {
  main('\n\nthrow new TypeError("a mistake");');
  assert.match(run().stderr, /main\.ts:3/);
});

test("who has said something wrong is told so, and sees no stack trace", () => {
  main(
    'async function act(): Promise<void> { throw new Error("--stack needs a name"); } void act();',
  );
  const { status, stderr } = run();
  assert.deepEqual({ status, stderr }, { status: 1, stderr: "--stack needs a name\n" });
});

test("half of a list of its files is no reason to stop", () => {
  main('console.log("whole");');
  const kept = path().stdout.trim();
  const list = join(kept, "..", "..", "main.ts.json");
  writeFileSync(list, readFileSync(list, "utf8").slice(0, -3));
  assert.equal(run().stdout, "whole\n");
});

test("what was compiled for other checkouts goes after 30 days", () => {
  const days = (/** @type {number} */ number) => new Date(Date.now() - number * 86_400_000);
  for (const [name, age] of /** @type {const} */ ([
    ["aaaaaaaa", 31],
    ["bbbbbbbb", 29],
    ["others", 31],
  ])) {
    mkdirSync(join(caches, "hapg", name));
    utimesSync(join(caches, "hapg", name), days(age), days(age));
  }
  main('console.log("anew");');
  assert.equal(run().stdout, "anew\n");
  const left = readdirSync(join(caches, "hapg"));
  assert.deepEqual(left.sort().slice(-2), ["bbbbbbbb", "others"]);
  assert.ok(!left.includes("aaaaaaaa"));
});

test("it finds the packages of its checkout", () => {
  mkdirSync(join(project, "node_modules", "@pulumi", "some"), { recursive: true });
  writeFileSync(
    join(project, "node_modules", "@pulumi", "some", "index.js"),
    'exports.word = "found";',
  );
  main('import { word } from "@pulumi/some"; console.log(word);');
  assert.equal(run().stdout, "found\n");
});

test("where nobody may write, it is compiled for one run", () => {
  main('import { word } from "@pulumi/some"; console.log("whole", word);');
  rmSync(caches, { recursive: true });
  writeFileSync(caches, "no folder");
  assert.equal(run().stdout, "whole found\n");
});
