// @ts-check
// What Pulumi runs, as package.json says: index.ts, compiled.
const Module = require("node:module");
const { compiled } = require("./compiled.cjs");

// Pulumi takes a stack trace for every promise and every resource, each mapped back to its TypeScript: a fifth of the program's
// time. Nobody reads those, except in search of promises that do not end; an error that says something keeps its own, shorter.
const prepare = Error.prepareStackTrace;
if (prepare !== undefined && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  Error.stackTraceLimit = 5;
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" ? String(error) : prepare(error, frames);
}

// Pulumi's SDK brings npm's dependency resolver, for functions that become part of the infrastructure. There are none here, and
// to load it takes a quarter of a second: it is loaded if it is asked for.
const resolver = "@npmcli/arborist";
const load = Reflect.get(Module, "_load");
/** @type {(this: unknown, request: string, ...rest: unknown[]) => unknown} */
const loadOnDemand = function (request, ...rest) {
  const now = () => load.call(this, request, ...rest);
  return request === resolver
    ? {
        __esModule: true,
        get Arborist() {
          return now().Arborist;
        },
      }
    : now();
};
Reflect.set(Module, "_load", loadOnDemand);

module.exports = require(compiled("index.ts"));
