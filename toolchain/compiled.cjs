// @ts-check
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { tmpdir } = require("node:os");
const { join, resolve } = require("node:path");
const { cacheHome, cacheOf } = require("./cache.cjs");

const project = resolve(__dirname, "..");
const day = 24 * 60 * 60 * 1000;

/** Former compilations go after this time: another process may be about to load one. Milliseconds. */
const keptFor = day;

/** So does what was last compiled for other checkouts, which may be gone. Milliseconds. */
const othersKeptFor = 30 * day;

/**
 * The path of a TypeScript program of the project, compiled to one file: to compile and load every
 * module by itself takes half a second more at each start. It is compiled anew when a file of it, a
 * package or Node is another one.
 *
 * @param {string} entry the program, relative to the project
 * @throws {Error} with the compiler's words if it cannot be compiled
 */
function compiled(entry) {
  const name = entry.replaceAll("/", "-");
  const cache = cacheFolder();
  const list = join(cache, `${name}.json`);
  const known = inputsIn(list);
  if (known !== undefined) {
    const path = pathOf(cache, name, known);
    if (fs.existsSync(path)) return path;
  }
  const made = fs.mkdtempSync(join(cache, "new-"));
  const inputs = compile(entry, join(made, "program.cjs"));
  const path = pathOf(cache, name, inputs);
  removeFormer(cache, name);
  moveTo(join(path, ".."), made);
  fs.writeFileSync(join(cache, `${name}.json.${process.pid}`), JSON.stringify(inputs));
  fs.renameSync(join(cache, `${name}.json.${process.pid}`), list);
  return path;
}

/**
 * Which files the last compilation was made from; undefined if there is none, or a power cut has
 * left half of the list.
 *
 * @param {string} list
 * @returns {string[] | undefined}
 */
function inputsIn(list) {
  try {
    return JSON.parse(fs.readFileSync(list, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} entry
 * @param {string} output
 * @returns {string[]} the project's files in it
 */
function compile(entry, output) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(__dirname, "compile.mjs"), entry, output],
    { cwd: project, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${entry} cannot be compiled:\n${stderr}`);
  return JSON.parse(stdout);
}

/**
 * Where the compilation of what these files hold now is, if there is one.
 *
 * @param {string} cache
 * @param {string} name
 * @param {string[]} inputs
 */
function pathOf(cache, name, inputs) {
  const hash = createHash("sha256").update(process.version);
  for (const file of ["node_modules/.package-lock.json", "toolchain/compile.mjs", ...inputs]) {
    const content = fs.existsSync(join(project, file)) ? fs.readFileSync(join(project, file)) : "";
    hash.update(`\0${file}\0`).update(content);
  }
  return join(cache, `${name}-${hash.digest("hex").slice(0, 16)}`, "program.cjs");
}

/** For this checkout. Where nobody may write there, for this process. */
function cacheFolder() {
  const folder = cacheOf(project);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.accessSync(folder, fs.constants.W_OK);
    return withPackages(folder);
  } catch {
    const passing = fs.mkdtempSync(join(tmpdir(), "hapg-"));
    process.on("exit", () => fs.rmSync(passing, { recursive: true, force: true }));
    return withPackages(passing);
  }
}

/**
 * Lets a program in the folder find the packages of this checkout.
 *
 * @param {string} folder
 */
function withPackages(folder) {
  const link = join(folder, "node_modules");
  if (!fs.existsSync(link)) {
    const made = `${link}.${process.pid}`;
    fs.symlinkSync(packages(), made);
    fs.renameSync(made, link);
  }
  return folder;
}

/** Its own, or those of the project that has installed it: npm puts most packages beside this one. */
function packages() {
  const own = join(project, "node_modules");
  const others = resolve(project, "..");
  const hasPulumi = (/** @type {string} */ folder) => fs.existsSync(join(folder, "@pulumi/pulumi"));
  return !hasPulumi(own) && hasPulumi(others) ? others : own;
}

/**
 * @param {string} target
 * @param {string} folder
 */
function moveTo(target, folder) {
  try {
    fs.renameSync(folder, target);
  } catch {
    // Another process was first, with the same.
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} cache
 * @param {string} name
 */
function removeFormer(cache, name) {
  removeOld(cache, keptFor, (one) => one.startsWith(`${name}-`) || one.startsWith("new-"));
  removeOld(cacheHome(), othersKeptFor, (one) => /^[0-9a-f]{8}$/.test(one));
}

/**
 * @param {string} folder
 * @param {number} age in milliseconds
 * @param {(name: string) => boolean} isMeant
 */
function removeOld(folder, age, isMeant) {
  if (!fs.existsSync(folder)) return;
  for (const one of fs.readdirSync(folder).filter(isMeant)) {
    const path = join(folder, one);
    const { mtimeMs } = fs.statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs !== undefined && Date.now() - mtimeMs > age)
      fs.rmSync(path, { recursive: true, force: true });
  }
}

module.exports = { compiled };
