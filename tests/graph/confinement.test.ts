import assert from "node:assert/strict";
import { dockerCluster } from "../support/fixtures";
import { record, type Recorded, type Recorder } from "../support/mocks";

const containerType = "docker:index/container:Container";
const commandType = "command:local:Command";
const data = ["etcd1", "etcd2", "etcd3", "patroni1", "patroni2", "patroni3"];
const services = [...data, "haproxy1", "pgbouncer1"];
const inMemory = (megabytes: number) =>
  `rw,nosuid,nodev,noexec,size=${String(megabytes * 1024 * 1024)}`;

/** What every container is made with, whatever runs in it. */
const ofEveryContainer = {
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges:true"],
  readOnly: true,
  ulimits: [
    { name: "core", soft: 0, hard: 0 },
    { name: "nofile", soft: 8192, hard: 8192 },
  ],
  networkMode: "bridge",
};

/** What would give a container a part of its host, or of another container. */
const neverGiven = [
  ...["privileged", "devices", "deviceCgroupRules", "deviceRequests", "gpus", "volumes"],
  ...[
    "pidMode",
    "ipcMode",
    "usernsMode",
    "cgroupnsMode",
    "groupAdds",
    "user",
    "sysctls",
    "uploads",
  ],
];

interface Mount {
  type: string;
  source: string;
  target: string;
  readOnly?: boolean;
}

/** A service's container; its component has the same name. */
function containerOf(recorder: Recorder, service: string): Recorded {
  const name = `test-${service}`;
  const found = recorder.ofType(containerType).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no container is named ${name}`);
  return found;
}

describe("what a container may do", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await record(() => dockerCluster());
  });
  const inputsOf = (service: string) => containerOf(recorder, service).inputs;

  for (const service of services) {
    for (const [option, value] of Object.entries(ofEveryContainer)) {
      it(`has ${option} as expected on ${service}`, () => {
        assert.deepEqual(inputsOf(service)[option], value);
      });
    }

    it(`lets nothing that has ended stay in ${service}'s process table`, () => {
      // The guard does it for Patroni, and a small init for all others.
      assert.equal(inputsOf(service).init, !service.startsWith("patroni"));
    });

    it(`gives ${service} no part of the host`, () => {
      const given = neverGiven.filter((option) => inputsOf(service)[option] !== undefined);
      assert.deepEqual(given, []);
      assert.ok(!JSON.stringify(inputsOf(service)).includes("docker.sock"));
    });

    it(`lets ${service} write to its data, and to folders in memory, and nowhere else`, () => {
      const mounts = inputsOf(service).mounts as Mount[];
      assert.deepEqual([...new Set(mounts.map(({ type }) => type))], ["volume"]);
      assert.ok(mounts.every(({ source }) => !source.includes("/")));
      const writable = mounts.filter(({ readOnly }) => readOnly !== true);
      const home = service.startsWith("etcd") ? "/var/lib/etcd" : "/var/lib/postgresql";
      assert.deepEqual(
        writable.map(({ target }) => target),
        data.includes(service) ? [home] : [],
      );
      const hasSockets = /^(patroni|pgbouncer)/.test(service);
      assert.deepEqual(inputsOf(service).tmpfs, {
        "/tmp": inMemory(64),
        ...(hasSockets ? { "/var/run/postgresql": inMemory(1) } : {}),
      });
    });

    it(`limits the memory of ${service}, without swap`, () => {
      const { memory, memorySwap } = inputsOf(service);
      assert.ok(Number(memory) > 0);
      assert.equal(memorySwap, memory);
    });
  }

  it("is the same for every container that there is", () => {
    const names = recorder.ofType(containerType).map(({ name }) => name);
    assert.deepEqual(names.sort(), services.map((service) => `test-${service}`).sort());
  });
});

describe("the limit of a container's processes", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await record(() => dockerCluster());
  });

  const limits: Record<string, number> = {
    etcd: 512,
    patroni: 2048,
    haproxy: 2048,
    pgbouncer: 256,
  };
  for (const service of services) {
    const limit = limits[service.replace(/\d$/, "")] ?? 0;
    it(`is ${limit} for ${service}, and set before anything else runs there`, () => {
      const { inputs, dependencies } = recorder.named(`test-${service}-task-limit`);
      const expected = `'docker' 'update' '--pids-limit' '${limit}' 'test-${service}-id' >/dev/null`;
      assert.deepEqual([inputs.create, inputs.update], [expected, expected]);
      assert.ok(dependencies.includes(containerOf(recorder, service).urn));
      const { command } = containerOf(recorder, service).inputs;
      const [shell, option, script, , ...program] = command as string[];
      assert.deepEqual([shell, option], ["sh", "-c"]);
      assert.match(script ?? "", /pids\.max.*\n(.*\n)*exec "\$@"\n$/);
      assert.match(program[0] ?? "", /^(\/etc\/etcd\/start|env|haproxy|pgbouncer)$/);
    });

    it(`is there before ${service} counts as ready`, () => {
      const ready = recorder.named(`test-${service}-ready`);
      assert.ok(recorder.before(ready).has(recorder.named(`test-${service}-task-limit`).urn));
    });
  }

  it("grows with what PostgreSQL's parameters allow", async () => {
    const parameters = { max_connections: 1000, max_worker_processes: "16", work_mem: "64MB" };
    const grown = await record(() => dockerCluster({ postgres: { parameters } }));
    const { inputs } = grown.named("test-patroni1-task-limit");
    assert.match(String(inputs.create), new RegExp(`'--pids-limit' '${2048 + 2 * 1016}'`));
    // No container is replaced for it.
    assert.deepEqual(
      containerOf(grown, "patroni1").inputs,
      containerOf(recorder, "patroni1").inputs,
    );
  });

  /** Names of those that are set again, with the reason. */
  const setAgain = (found: Recorder) =>
    found
      .ofType(commandType)
      .filter(({ name, ignoreChanges }) => /-task-limit$/.test(name) && ignoreChanges.length === 0)
      .map(({ name, inputs }) => [name, String((inputs.triggers as string[])[0]).slice(26)]);

  for (const [found, words] of [
    [0, "pgbouncer1 may have any number of processes, not 256"],
    [4096, "pgbouncer1 may have 4096 processes, not 256"],
  ] as const) {
    it(`is set again where ${found === 0 ? "none" : String(found)} was found, and a preview says so`, async () => {
      const taskLimits = new Map([
        ["pgbouncer1", found],
        ["haproxy1", 2048],
      ]);
      const changed = await record(() => dockerCluster({}, { networkExists: true, taskLimits }));
      assert.deepEqual(setAgain(changed), [["test-pgbouncer1-task-limit", words]]);
    });
  }

  it("is left alone where nothing else was found", () => {
    assert.deepEqual(setAgain(recorder), []);
  });
});
