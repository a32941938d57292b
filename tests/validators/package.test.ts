import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ImageContents } from "../../platforms/docker/imageContent";
import { settingsOf } from "../support/models";
import { installedPackage } from "../support/installedPackage";
import { OwnProgram, type Step } from "../support/ownProgram";

/** Servers whose address a preview does not know, and a cluster on them; another one on Docker. */
const body = `
const services = (i) => ["etcd" + i, "patroni" + i, ...(i === 1 ? ["haproxy1", "pgbouncer1"] : [])];
const hosts = Object.fromEntries(
  [1, 2, 3].map((i) => [
    "db" + i,
    {
      address: new random.RandomInteger("server" + i, { min: 1, max: 254 }).result.apply((n) => "10.0.0." + n),
      services: services(i),
    },
  ]),
);
const orders = new PostgresCluster("orders", { clusterName: "hapg-orders", platform: "vm", vm: { hosts } });
const reports = new PostgresCluster("reports", {
  clusterName: "hapg-reports",
  haproxy: { writePort: 35000, readPort: 35001, statsPort: 38404, restApiPort: 38009 },
  pgbouncer: { port: 36432 },
  docker: { memberPort: 35432 },
});
`;

const typescript = `
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { PostgresCluster, PostgresClusterReference, type PostgresClusterArgs } from "hapg";
${body.replace("(i) => [", "(i: number) => [")}
export const ordersOutputs = orders.stackOutputs();
export const write: pulumi.Output<{ host: string; port: number }[]> = reports.endpoints.write;
export const urlOf = (stack: pulumi.StackReference): pulumi.Output<string> =>
  new PostgresClusterReference(stack).connectionStrings("app").pooledWrite;
// @ts-expect-error There is no such number of members of etcd.
export const wrong: PostgresClusterArgs = { clusterName: "x", etcd: { members: 2 } };
`;

const javascript = `
const random = require("@pulumi/random");
const { PostgresCluster } = require("hapg");
${body}
exports.ordersOutputs = orders.stackOutputs();
exports.write = reports.endpoints.write;
`;

/** Those of Pulumi's template for TypeScript. */
const template = {
  ...{ strict: true, target: "es2020", module: "nodenext", moduleResolution: "nodenext" },
  ...{ noFallthroughCasesInSwitch: true, noImplicitReturns: true },
};

describe("the package, in a program of its own", function () {
  this.timeout("4m");
  this.bail(true);
  const folder = mkdtempSync(join(tmpdir(), "hapg-package-"));
  let packages: string;
  const programs: OwnProgram[] = [];
  const program = (files: Record<string, string>) => {
    const own = new OwnProgram(files, packages);
    programs.push(own);
    return own;
  };

  before(async () => {
    packages = await installedPackage(folder);
  });
  after(() => {
    for (const own of programs) own.remove();
    rmSync(folder, { recursive: true });
  });

  /** That nothing is missing: files for hosts, and the same images as from this repository. */
  const isComplete = (steps: Step[]) => {
    assert.ok(steps.some(({ name }) => name === "hapg-orders-patroni3-state"));
    const images = new ImageContents(settingsOf());
    for (const target of ["base", "etcd", "patroni", "haproxy", "pgbouncer"] as const) {
      const image = steps.find(({ name }) => name === `hapg-reports-${target}`);
      assert.equal((image?.state.inputs as { name: string }).name, images.of(target).name);
    }
  };

  it("has types that a program is checked against", async () => {
    const own = program({ "program.ts": typescript });
    const words = ["--noEmit", "--strict", "--module", "nodenext", "--types", "node", "program.ts"];
    await execa(join(packages, "typescript", "bin", "tsc"), words, { cwd: own.folder });
  });

  it("previews a TypeScript program that Pulumi compiles", async () => {
    const own = program({
      "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
      "tsconfig.json": JSON.stringify({ compilerOptions: template }),
      "index.ts": typescript,
      "package.json": '{ "main": "index.ts" }',
    });
    await own.init();
    isComplete(await own.preview());
  });

  it("previews a JavaScript program", async () => {
    const own = program({
      "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
      "index.js": javascript,
      "package.json": '{ "main": "index.js" }',
    });
    await own.init();
    isComplete(await own.preview());
  });

  it("has the command line", async () => {
    const program = join(packages, "hapg/toolchain/hapg.cjs");
    const plan = [program, "plan", "--help"];
    const env = { XDG_CACHE_HOME: join(folder, "cache") };
    const { stdout } = await execa(process.execPath, plan, { cwd: folder, env });
    assert.match(stdout, /hapg plan/);
  });
});
