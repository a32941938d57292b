import assert from "node:assert/strict";
import { execaSync } from "execa";

describe("the end of an update that lets members lead", () => {
  it("is waited for, although its conversations do not keep the program alive", () => {
    const script = `
      import { LeaderChanges } from "./platforms/leaderChanges";
      const never = () => new Promise(() => undefined);
      const conversation = {
        leaveInBackground: () => undefined,
        hear: never,
        end: () => new Promise((resolve) => setTimeout(resolve, 300).unref()),
      };
      const reach = { converse: async () => conversation, close: async () => undefined };
      const changes = new LeaderChanges(reach as never, never as never, ["patroni1"]);
      setTimeout(() => void changes.end().then(() => console.log("ended")), 50);`;
    const { stdout } = execaSync("tsx", ["--eval", script], { preferLocal: true });
    assert.equal(stdout, "ended");
  });
});
