import assert from "node:assert/strict";
import fc from "fast-check";
import { type MemoryParameters, memoryParameters } from "../../../../configs/patroni/memory";

/** Memory, connections of the stack file, and what follows: connections, then sizes in MiB. */
const cases: [number, number | undefined, number, number, number, number, number][] = [
  [256, undefined, 100, 64, 192, 4, 32],
  [1024, undefined, 128, 256, 768, 4, 64],
  [4096, undefined, 500, 1024, 3072, 4, 256],
  [65536, undefined, 500, 16384, 49152, 32, 2048],
  [1048576, undefined, 500, 262144, 786432, 256, 2048],
  [1024, 20, 20, 256, 768, 12, 64],
  [1024, 5000, 5000, 256, 768, 4, 64],
  [65536, 10, 10, 16384, 49152, 256, 2048],
  [1023, undefined, 127, 255, 767, 4, 63],
];

const megabytes = (text: string) => {
  assert.match(text, /^[1-9]\d*MB$/);
  return Number.parseInt(text, 10);
};

describe("parameters from memory", () => {
  for (const [memory, wanted, connections, buffers, cache, work, maintenance] of cases) {
    it(`are these for ${memory} MiB and ${wanted ?? "no"} connections of the stack file`, () => {
      const expected: MemoryParameters = {
        max_connections: connections,
        shared_buffers: `${buffers}MB`,
        effective_cache_size: `${cache}MB`,
        work_mem: `${work}MB`,
        maintenance_work_mem: `${maintenance}MB`,
      };
      assert.deepEqual(memoryParameters(memory, wanted), expected);
    });
  }

  it("stay within their bounds, and sorts beyond the least fit beside the buffers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 256, max: 1048576 }),
        fc.option(fc.integer({ min: 1, max: 10000 }), { nil: undefined }),
        (memory, wanted) => {
          const parameters = memoryParameters(memory, wanted);
          const connections = parameters.max_connections;
          const buffers = megabytes(parameters.shared_buffers);
          const work = megabytes(parameters.work_mem);
          const maintenance = megabytes(parameters.maintenance_work_mem);
          if (wanted === undefined) assert.ok(connections >= 100 && connections <= 500);
          assert.ok(work >= 4 && work <= 256);
          assert.ok(maintenance >= 32 && maintenance <= 2048);
          assert.ok(megabytes(parameters.effective_cache_size) <= memory);
          if (work > 4) assert.ok(buffers + connections * 3 * work <= memory);
        },
      ),
    );
  });
});
