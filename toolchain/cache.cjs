// @ts-check
const { createHash } = require("node:crypto");
const { homedir } = require("node:os");
const { join } = require("node:path");

/**
 * Where all checkouts of this user keep what they can make again: `hapg` in `XDG_CACHE_HOME` or in
 * `.cache` in the user's home. Not beside the packages: Pulumi's language host looks through all
 * folders there at each start.
 *
 * @param {NodeJS.ProcessEnv} env
 */
const cacheHome = (env = process.env) =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "hapg");

/**
 * The folder in {@link cacheHome} for what is compiled of a checkout.
 *
 * @param {string} checkout its folder
 */
const cacheOf = (checkout) =>
  join(cacheHome(), createHash("sha256").update(checkout).digest("hex").slice(0, 8));

module.exports = { cacheHome, cacheOf };
