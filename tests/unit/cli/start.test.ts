import assert from "node:assert/strict";
import { execaSync } from "execa";

describe("the start of a command", () => {
  it("does not load Pulumi's SDK, which takes longer than all else", () => {
    const script = `
      const Module = require("node:module");
      const load = Module._load;
      Module._load = function (request) {
        if (request.startsWith("@pulumi/")) throw new TypeError("loads " + request);
        return load.apply(this, arguments);
      };
      process.argv.splice(1, 0, "hapg", "cli/main.ts", "--version");
      require("./toolchain/run.cjs");`;
    const { stdout } = execaSync("node", ["-e", script]);
    assert.match(stdout, /^\d+\.\d+\.\d+$/);
  });
});
