import assert from "node:assert/strict";
import { clusterMembers, type RestApi } from "../../operations/clusterView";
import { eventually } from "../writer";

/**
 * Waits until one member leads and all others stream.
 * @param count expected number of members
 * @throws the last difference after the timeout
 */
export async function untilStreaming(api: RestApi, count: number, seconds: number): Promise<void> {
  await eventually(seconds, async () => {
    const members = await clusterMembers(api);
    const states = members.map(({ role, state }) => (role === "leader" ? role : state)).sort();
    assert.deepEqual(states, ["leader", ...Array<string>(count - 1).fill("streaming")]);
  });
}
