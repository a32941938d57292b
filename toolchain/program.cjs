// @ts-check
// What Pulumi runs, as package.json says: index.ts, compiled.
const { compiled } = require("./compiled.cjs");

// Pulumi takes a stack trace for every promise and every resource, each mapped back to its
// TypeScript: a fifth of the program's time. Nobody reads those, except in search of promises that
// do not end; an error that says something keeps its own, shorter.
const prepare = Error.prepareStackTrace;
if (prepare !== undefined && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  Error.stackTraceLimit = 5;
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" ? String(error) : prepare(error, frames);
}

require("./onDemand.cjs");

module.exports = require(compiled("index.ts"));
