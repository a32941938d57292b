#!/usr/bin/env node
// The command line, as npm installs it: `hapg COMMAND`.
process.argv.splice(2, 0, "cli/main.ts");
require("./run.cjs");
