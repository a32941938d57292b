import { page } from "./commands/status";
import { runOn, withReach } from "./command";
import type { PulumiStack } from "./pulumiStack";

/** The status of a cluster after an update, and how to connect. */
export async function summary(stack: PulumiStack): Promise<string> {
  const command = stack.userCommand();
  const settings = stack.settings();
  const outputs = stack.outputs();
  const run = runOn(stack.name);
  const status = await withReach(settings, (reach) =>
    page({ stack: stack.name, settings, reach, run }, undefined),
  );
  const pulumi = await command;
  const url = (name: string) =>
    `$(${pulumi} stack output ${name} --show-secrets --stack ${stack.name})`;
  return [
    "",
    status,
    "",
    "Connect (each output is a secret):",
    `  write, through HAProxy      psql "${url("writeUrl")}"`,
    `  read, through HAProxy       psql "${url("readUrl")}"`,
    `  write, through the pool     psql "${url("pooledWriteUrl")}"`,
    `  read, through the pool      psql "${url("pooledReadUrl")}"`,
    `  directly to the primary     psql "${url("multiHostUrl")}"`,
    `Statistics: ${String(outputs.statsUrl)}, login "${url("statsLogin")}"`,
    `Patroni's REST API: ${String(outputs.restApiUrl)}/cluster`,
    "Every connection is encrypted; the output caCertificate lets clients verify the server.",
  ].join("\n");
}
