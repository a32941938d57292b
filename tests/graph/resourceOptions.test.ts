import assert from "node:assert/strict";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { PostgresCluster } from "../../components/postgresCluster";
import { engineWith, hostsWith } from "../support/fixtures";
import { record, type Recorded, type Recorder, Server } from "../support/mocks";
import { vmInput } from "../support/models";
import { commandType, nameOf } from "../support/vmGraph";

type Options = pulumi.ComponentResourceOptions;

const platforms = {
  docker: (opts: Options) => new PostgresCluster("db", { clusterName: "test" }, opts, engineWith()),
  vm: (opts: Options) =>
    new PostgresCluster("db", { clusterName: "test", ...vmInput() }, opts, hostsWith()),
};

const isPart = ({ type }: Recorded) => !/^(hapg:|test:|pulumi:pulumi:Stack)/.test(type);
const parts = (recorder: Recorder) => recorder.resources.filter(isPart);

for (const [platform, cluster] of Object.entries(platforms)) {
  describe(`resource options of a cluster on ${platform}`, () => {
    const transformed = new Set<string>();
    let recorder: Recorder;
    before(async () => {
      recorder = await record(() => {
        const parent = new pulumi.ComponentResource("test:index:Team", "team");
        const dependsOn = new Server("network", "");
        const note: pulumi.ResourceTransformation = ({ name }) => {
          transformed.add(name);
          return undefined;
        };
        cluster({ parent, dependsOn, protect: true, transformations: [note] });
      });
    });

    it("have every part wait for what the cluster depends on", () => {
      const { urn } = recorder.named("network");
      const early = parts(recorder).filter((one) => !recorder.before(one).has(urn));
      assert.deepEqual(early.map(nameOf), []);
    });

    it("protect every part", () => {
      const open = parts(recorder).filter(({ protect }) => !protect);
      assert.deepEqual(open.map(nameOf), []);
    });

    it("put every part below the parent", () => {
      const { urn } = recorder.named("team");
      const isBelow = ({ parent }: Recorded): boolean =>
        parent === urn || recorder.resources.some((one) => one.urn === parent && isBelow(one));
      assert.deepEqual(
        parts(recorder)
          .filter((one) => !isBelow(one))
          .map(nameOf),
        [],
      );
    });

    it("transform every part", () => {
      const others = parts(recorder).filter(({ name }) => !transformed.has(name));
      assert.deepEqual(others.map(nameOf), []);
    });

    it("let the engine retain every part, if it retains the cluster", () => {
      const own = parts(recorder).filter((one) => one.hasOwnRetainOnDelete);
      // Data outlives its cluster anyway.
      const others = own.filter(({ type }) => type !== "docker:index/volume:Volume");
      assert.deepEqual(others.map(nameOf), []);
    });
  });
}

describe("a provider among the resource options", () => {
  it("is the one of all parts of its package", async () => {
    const recorder = await record(() =>
      platforms.vm({ providers: [new command.Provider("own-commands")] }),
    );
    const { urn } = recorder.named("own-commands");
    const others = recorder.ofType(commandType).filter(({ provider }) => !provider.startsWith(urn));
    assert.deepEqual(others.map(nameOf), []);
  });

  it("is refused for Docker, where it could lead to another Engine", async () => {
    await record(() => {
      const providers = [new docker.Provider("elsewhere", { host: "tcp://192.0.2.1:2376" })];
      assert.throws(
        () => platforms.docker({ providers }),
        /^Error: PostgresCluster "db": leave out the Docker provider and set docker\.host: /,
      );
    });
  });
});
