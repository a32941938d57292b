import assert from "node:assert/strict";
import { shortages } from "../../../../platforms/docker/resources";
import { settingsOf } from "../../../support/models";

describe("the machine of an Engine", () => {
  // 3 * 1024 + 3 * 256 + 256 + 128
  const settings = settingsOf();

  it("is large enough with the memory of all services, on whatever disk cannot be seen", () => {
    assert.deepEqual(shortages(settings, { memoryMegabytes: 4224, freeMegabytes: 4096 }), []);
    assert.deepEqual(shortages(settings, { memoryMegabytes: 4224, freeMegabytes: undefined }), []);
  });

  it("is refused without the memory or the disk, with what to do", () => {
    assert.deepEqual(shortages(settings, { memoryMegabytes: 4223, freeMegabytes: 4095 }), [
      "postgres.memoryMegabytes: the Engine's machine has 4223 MiB of memory, and the services may take 4224; lower the memoryMegabytes of postgres or another service",
      "docker.host: the Engine's directory has 4095 MiB free, and a new cluster needs 4096; free space, such as with `docker image prune`",
    ]);
  });
});
