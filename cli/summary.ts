import { settledMembers } from "../operations/clusterView";
import { topologyTable } from "./topologyTable";
import type { PulumiStack } from "./pulumiStack";

/** Who leads, who streams, and how to connect. */
export async function summary(stack: PulumiStack): Promise<string> {
  const command = stack.userCommand();
  const outputs = stack.outputs();
  const restApiUrl = String(outputs.restApiUrl);
  const caCertificate = String(outputs.caCertificate);
  const members = await settledMembers({ restApiUrl, caCertificate }, 10);
  const pulumi = await command;
  const url = (name: string) =>
    `$(${pulumi} stack output ${name} --show-secrets --stack ${stack.name})`;
  return [
    "",
    topologyTable(members),
    "",
    "Connect (each output is a secret):",
    `  write, through HAProxy      psql "${url("writeUrl")}"`,
    `  read, through HAProxy       psql "${url("readUrl")}"`,
    `  write, through the pool     psql "${url("pooledWriteUrl")}"`,
    `  read, through the pool      psql "${url("pooledReadUrl")}"`,
    `  straight to the primary     psql "${url("multiHostUrl")}"`,
    `Stats: ${String(outputs.statsUrl)}, login "${url("statsLogin")}"`,
    `Patroni's REST API: ${restApiUrl}/cluster`,
    `Everything is encrypted; clients check who answers by the output caCertificate.`,
  ].join("\n");
}
