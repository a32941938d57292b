// @ts-check
// `node toolchain/run.cjs SCRIPT [ARGUMENTS]`: runs a script of the project, compiled.
const { compiled } = require("./compiled.cjs");

const [script = ""] = process.argv.splice(2, 1);
process.setSourceMapsEnabled(true);
require(compiled(script));
