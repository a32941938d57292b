import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PostgresCluster } from "../../components/postgresCluster";
import type { SettingsInput } from "../../configs/settings/schema";
import { dockerCluster, vmCluster } from "../support/fixtures";
import { record, type Recorder, valueOf } from "../support/mocks";
import { threeHosts } from "../support/models";

/** Ports that a cluster with defaults has not taken. */
const otherPorts: Partial<SettingsInput> = {
  haproxy: { writePort: 6000, readPort: 6001, statsPort: 7001, restApiPort: 7002 },
  pgbouncer: { port: 6433 },
  docker: { memberPort: 6500 },
};
const otherHosts = Object.fromEntries(
  Object.entries(threeHosts).map(([name, { services }], i) => [
    `other-${name}`,
    { address: `10.0.1.${i + 1}`, services },
  ]),
);
const onOtherHosts: Partial<SettingsInput> = { vm: { hosts: otherHosts } };

const platforms = {
  docker: (input: Partial<SettingsInput>, name: string) => dockerCluster(input, {}, name),
  vm: (input: Partial<SettingsInput>, name: string) => vmCluster(input, {}, name),
};
const others = { docker: otherPorts, vm: onOtherHosts };

const duplicates = (all: string[]) => all.filter((one, i) => all.indexOf(one) !== i);

for (const platform of ["docker", "vm"] as const) {
  describe(`two clusters of one program on ${platform}`, () => {
    let alone: Recorder;
    let both: Recorder;
    let outputs: ReturnType<PostgresCluster["stackOutputs"]>[];

    before(async () => {
      const make = platforms[platform];
      alone = await record(() => make({}, "cluster"));
      both = await record(() => {
        const other = { clusterName: "second", ...others[platform] };
        outputs = [make({}, "cluster"), make(other, "other")].map((one) => one.stackOutputs());
      });
    });

    it("have no resource's name in common", () => {
      assert.deepEqual(duplicates(both.resources.map(({ urn }) => urn)), []);
      assert.ok(both.resources.length >= 2 * alone.resources.length - 1);
    });

    it("leave the one named cluster as it is alone", () => {
      const names = new Set(both.resources.map(({ urn }) => urn));
      assert.deepEqual(
        alone.resources.map(({ urn }) => urn).filter((urn) => !names.has(urn)),
        [],
      );
    });

    it("have all that is the other one's in its component", () => {
      const known = new Set(alone.resources.map(({ urn }) => urn));
      const tops = both.resources
        .filter(({ urn, parent }) => parent === "" && !known.has(urn))
        .map(({ name }) => name);
      assert.deepEqual(tops, ["other"]);
    });

    it("have outputs of their own", async () => {
      assert.deepEqual(
        outputs.map(({ clusterName }) => clusterName),
        ["test", "second"],
      );
      const [one = {}, other = {}] = await Promise.all(
        outputs.map(({ connectionStrings }) => valueOf(connectionStrings)),
      );
      assert.deepEqual(Object.keys(one), Object.keys(other));
      assert.notDeepEqual(one, other);
    });

    if (platform === "docker") {
      for (const target of ["base", "etcd", "patroni", "haproxy", "pgbouncer"]) {
        it(`have the image ${target} built one after the other`, () => {
          const [one, other] = [both.named(`test-${target}`), both.named(`second-${target}`)];
          assert.equal(one.inputs.name, other.inputs.name);
          assert.ok(both.before(other).has(one.urn));
        });
      }
    }
  });
}

describe("a cluster's arguments", () => {
  const refusal = async (program: () => unknown): Promise<string> => {
    let message = "";
    const recorder = await record(() => {
      assert.throws(program, (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        ({ message } = error);
        return true;
      });
    });
    // Nothing of the refused one is registered.
    assert.deepEqual(
      recorder.resources.filter(({ urn }) => urn.includes("::other")),
      [],
    );
    return message;
  };

  it("are refused by setting, with the component's name and all problems at once", async () => {
    const input = { clusterName: "x", etcd: { members: 2 }, postgress: {} } as object;
    assert.equal(
      await refusal(() => dockerCluster(input, {}, "other")),
      [
        'PostgresCluster "other": The settings have 2 problems; nothing was changed.',
        "  etcd.members: must be one of 1, 3 or 5, got 2",
        "  postgress: is not a setting; did you mean postgres?",
      ].join("\n"),
    );
  });

  it("are refused under a name that cannot be a part of other names", async () => {
    assert.match(
      await refusal(() => dockerCluster({}, {}, "a b")),
      /^PostgresCluster "a b": the name may /,
    );
  });

  it("are refused with the name of another cluster", async () => {
    assert.match(
      await refusal(() => {
        dockerCluster();
        dockerCluster(otherPorts, {}, "other");
      }),
      /^PostgresCluster "other": .* a problem; .*\n {2}clusterName: another cluster of this program is named test;/,
    );
  });

  it("are refused with a host of another cluster", async () => {
    const services = threeHosts.db1?.services ?? [];
    const shared = { ...otherHosts, "other-db1": { address: "10.0.0.1", services } };
    assert.equal(
      await refusal(() => {
        vmCluster();
        vmCluster({ clusterName: "second", vm: { hosts: shared } }, {}, "other");
      }),
      [
        'PostgresCluster "other": The settings have a problem; nothing was changed.',
        "  vm.hosts.other-db1: 10.0.0.1 is a host of the cluster test too; choose another",
      ].join("\n"),
    );
  });
});
