import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

interface Package {
  main: string;
  exports: { ".": Record<string, string> };
}

describe("package.json", () => {
  const { main, exports } = JSON.parse(readFileSync("package.json", "utf8")) as Package;

  it("gives Pulumi's SDK this repository's program, also once a package is made", () => {
    // As @pulumi/pulumi/cmd/run/run.js chooses. A program that registers nothing deletes the cluster.
    const { default: first, require, import: last } = exports["."];
    assert.equal(first ?? require ?? last, `./${main}`);
  });

  it("gives other programs the package", () => {
    const [types, ...conditions] = Object.keys(exports["."]);
    assert.deepEqual([types, conditions.at(-1)], ["types", "default"]);
    for (const condition of ["import", "require"])
      assert.equal(exports["."][condition], "./dist/package.cjs");
  });
});
