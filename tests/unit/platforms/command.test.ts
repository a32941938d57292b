import assert from "node:assert/strict";
import { run } from "../../../platforms/command";

describe("a program that is ended early", () => {
  it("has what it said, though another process keeps its output open", async () => {
    const script = "printf said; setsid sleep 3 & sleep 60";
    const ended = run(["sh", "-c", script], "", AbortSignal.timeout(200));
    const never = new Promise((resolve) => setTimeout(resolve, 2000, "no end"));
    assert.deepEqual(await Promise.race([ended, never]), { status: null, output: "said" });
  });
});
