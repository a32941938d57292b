import assert from "node:assert/strict";
import { execaSync } from "execa";

describe("the end of an update that lets members lead", () => {
  it("is waited for, although its conversations do not keep the program alive", () => {
    const script = `
      import { Conversation } from "./platforms/conversation";
      import { LeaderChanges } from "./platforms/leaderChanges";
      // Ends a while after its input does.
      const converse = async () => new Conversation(["sh", "-c", "cat; sleep 0.3"]);
      const reach = { converse, close: async () => undefined };
      const changes = new LeaderChanges(reach as never, (async () => "") as never, ["patroni1"]);
      setTimeout(() => void changes.end().then(() => console.log("ended")), 50);`;
    const { stdout } = execaSync("tsx", ["--eval", script], { preferLocal: true });
    assert.equal(stdout, "ended");
  });
});
