import { spawnSync } from "node:child_process";
import { scriptEnvironment } from "../environment";

// `npm run pulumi -- WORDS`: Pulumi itself, where its engine is not on PATH or the passphrase was made by `npm run up`.
const { status, error } = spawnSync("pulumi", process.argv.slice(2), {
  env: scriptEnvironment(),
  stdio: "inherit",
});
if (error !== undefined)
  console.error(`Pulumi cannot be started: ${error.message}. Run \`npm run setup\`.`);
process.exitCode = status ?? 1;
