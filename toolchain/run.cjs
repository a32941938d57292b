// @ts-check
// `node toolchain/run.cjs SCRIPT [ARGUMENTS]`: runs a script of the project, compiled.
const { compiled } = require("./compiled.cjs");

// The SDK loads, for other kinds of programs, what no command needs.
require("./onDemand.cjs");

// What a user can cause is an Error that says what to do; other kinds are mistakes of this program,
// whose place one has to know.
const mistakes = [TypeError, ReferenceError, RangeError, SyntaxError];
process.on("uncaughtException", (error) => {
  const isMistake = mistakes.some((kind) => error instanceof kind);
  console.error(isMistake ? error.stack : error.message);
  process.exit(1);
});

const [script = ""] = process.argv.splice(2, 1);
process.setSourceMapsEnabled(true);
require(compiled(script));
