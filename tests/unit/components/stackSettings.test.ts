import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { stackSettings } from "../../../components/stackSettings";
import { settingsOf } from "../../support/models";

const unexpected = () => {
  throw new Error("settings need no resources and no calls");
};

describe("the stack's settings", () => {
  before(() =>
    pulumi.runtime.setMocks({ newResource: unexpected, call: unexpected }, "hapg", "prod"),
  );
  afterEach(() => pulumi.runtime.setAllConfig({}));

  const withConfig = (config: Record<string, string>) => {
    pulumi.runtime.setAllConfig(config);
    return stackSettings();
  };

  it("are the defaults for an empty stack file, named after project and stack", () => {
    assert.deepEqual(withConfig({}), settingsOf({ clusterName: "hapg-prod" }));
  });

  it("are what the engine hands over: JSON, or plain text", () => {
    const config = {
      "hapg:clusterName": "shop",
      "hapg:protect": "true",
      "hapg:patroni": '{"synchronousMode":"on"}',
      "hapg:postgres": '{"members":5,"parameters":{"search_path":"a:b"}}',
    };
    assert.deepEqual(
      withConfig(config),
      settingsOf({
        clusterName: "shop",
        protect: true,
        patroni: { synchronousMode: "on" },
        postgres: { members: 5, parameters: { search_path: "a:b" } },
      }),
    );
  });

  it("name the database of the outputs where there are several", () => {
    const databases = '{"shop":{"owner":"app"},"analytics":{"owner":"app"}}';
    assert.throws(
      () => withConfig({ "hapg:databases": databases }),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /^Pulumi\.prod\.yaml: .*\n {2}defaultDatabase: must be one of shop, analytics: the outputs/,
        );
        return true;
      },
    );
    const named = { "hapg:databases": databases, "hapg:defaultDatabase": "shop" };
    assert.equal(withConfig(named).defaultDatabase, "shop");
    assert.deepEqual(withConfig({ "hapg:databases": "{}" }).databases, {});
  });

  it("do not take other namespaces' keys for their own", () => {
    const config = {
      "docker:host": "tcp://elsewhere:2375",
      "pulumi:tags": "{}",
      "hapgx:etcd": "1",
    };
    assert.deepEqual(withConfig(config), settingsOf({ clusterName: "hapg-prod" }));
  });

  it("are refused with the stack file's name and every problem, as an error without a stack trace", () => {
    const config = { "hapg:etcd": '{"members":2}', "hapg:postgress": "{}" };
    assert.throws(
      () => withConfig(config),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /^Pulumi\.prod\.yaml: The settings have 2 problems; nothing was changed\.\n/,
        );
        assert.match(error.message, /^ {2}etcd\.members: must be one of 1, 3 or 5, got 2$/m);
        assert.match(error.message, /^ {2}postgress: is not a setting; did you mean postgres\?$/m);
        return true;
      },
    );
  });
});
