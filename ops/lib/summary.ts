import { settledMembers, topologyTable } from "./clusterView";
import type { PulumiStack } from "./pulumi";

/** Who leads, who streams, and how to connect. */
export async function summary(stack: PulumiStack): Promise<string> {
  const outputs = stack.outputs();
  const members = await settledMembers(String(outputs.restApiUrl), 10);
  const url = (name: string) =>
    `$(pulumi stack output ${name} --show-secrets --stack ${stack.name})`;
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
    `Stats: ${String(outputs.statsUrl)}   Patroni's REST API: ${String(outputs.restApiUrl)}/cluster`,
  ].join("\n");
}
