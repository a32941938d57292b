// @ts-check `node toolchain/compile.mjs ENTRY OUTPUT [--movable]`: compiles a TypeScript program of the
// project and all that it imports to one file, and prints which files of the project are in it. Started
// by compiled.cjs: plugins of esbuild are asynchronous, and what Pulumi loads cannot wait. A movable
// file finds what lies beside the modules from where it is itself, as in the npm package.
import { readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { build } from "esbuild";

const [entry = "", outfile = "", option] = process.argv.slice(2);
const isMovable = option === "--movable";

/** @param {string} path of a module. @returns an expression for the directory of it */
const folderOf = (path) =>
  isMovable
    ? `require("node:path").join(compiledFolder, ${JSON.stringify(relative(dirname(outfile), dirname(path)))})`
    : JSON.stringify(dirname(path));

/**
 * Each module keeps its own `__dirname`, to find the files that lie beside it.
 *
 * @type {import("esbuild").Plugin}
 */
const folders = {
  name: "folders",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: `const __dirname = ${folderOf(path)};${readFileSync(path, "utf8")}`,
    }));
  },
};

const { metafile } = await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  // Pulumi loads its own SDK before the program, and there must not be another.
  external: ["@pulumi/*"],
  plugins: [folders],
  sourcemap: !isMovable,
  banner: { js: isMovable ? "const compiledFolder = __dirname;" : "" },
  sourcesContent: false,
  metafile: true,
  logLevel: "error",
});
const inputs = Object.keys(metafile.inputs).filter((one) => !one.startsWith("node_modules/"));
console.log(JSON.stringify(inputs.sort()));
