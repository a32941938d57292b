// @ts-check
// Pulumi's SDK loads npm's dependency resolver, the TypeScript compiler and its Automation API, for
// other kinds of programs. That takes half a second, so they are loaded when they are used.
const Module = require("node:module");

const rarelyUsed = new Set(["@npmcli/arborist", "../../typescript-shim", "./automation"]);
const load = Reflect.get(Module, "_load");

/** @type {(this: unknown, request: string, ...rest: unknown[]) => unknown} */
const loadOnDemand = function (request, ...rest) {
  const now = () => load.call(this, request, ...rest);
  if (!rarelyUsed.has(request)) return now();
  return new Proxy({}, { get: (_, name) => name === "__esModule" || now()[name] });
};
Reflect.set(Module, "_load", loadOnDemand);
