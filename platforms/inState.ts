import * as pulumi from "@pulumi/pulumi";

/** A resource in the stack's state. */
export interface ResourceInState {
  type: string;
  outputs: { id?: string };
}

/** The resources that the stack's state has by now, by URN. */
export async function resourcesInState(): Promise<Record<string, ResourceInState>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  // The call behind `StackReference`: the Pulumi engine answers it itself.
  const answer = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as { outputs: Record<string, ResourceInState> };
  return answer.outputs;
}
