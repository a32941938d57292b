import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiHome } from "../toolchain/environment.mjs";

/** URL of the backend that Pulumi uses for the project, read without Pulumi; undefined if the user is not logged in. */
export function backendUrl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { PULUMI_BACKEND_URL: url } = environment;
  if (url !== undefined && url !== "") return url;
  try {
    const file = join(pulumiHome(environment), "credentials.json");
    return (JSON.parse(readFileSync(file, "utf8")) as { current?: string }).current;
  } catch {
    return undefined;
  }
}
