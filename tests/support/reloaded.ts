import { execaSync } from "execa";
import { dockerCluster } from "./fixtures";
import { plain, record } from "./mocks";

/** The shell command that proves a reload of a service of a cluster on Docker. */
export async function reloadedOf(service: string): Promise<string> {
  const recorder = await record(() => dockerCluster());
  const script = String(plain(recorder.named(`test-${service}-files`).inputs.create));
  const call = script.slice(script.lastIndexOf("'write_config'"));
  return execaSync("sh", ["-c", `set -- ${call.trimEnd()}; printf %s "$9"`]).stdout;
}
