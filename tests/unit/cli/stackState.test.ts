import assert from "node:assert/strict";
import { parseState } from "../../../cli/stackState";

const urn = (type: string, name: string) => `urn:pulumi:dev::hapg::${type}::${name}`;
const container = "docker:index/container:Container";

describe("the state of a stack", () => {
  it("has nothing before the first update", () => {
    const empty = { cutShort: [], services: [], authorities: "" };
    assert.deepEqual(parseState('{"version":3,"deployment":null}'), empty);
    assert.deepEqual(parseState('{"version":3,"deployment":{}}'), empty);
  });

  it("tells services that it has from those that were being made", () => {
    const resource = (name: string) => ({
      urn: urn(container, name),
      type: container,
      inputs: { name },
    });
    const remote = "command:remote:Command";
    const onHosts = ["hapg-patroni1-state", "hapg-patroni1-removal", "hapg-db1-state"].map(
      (name) => ({ urn: urn(remote, name), type: remote }),
    );
    const network = "command:local:Command";
    const pending = [
      { type: "creating", resource: resource("hapg-etcd2") },
      { type: "updating", resource: { urn: urn(network, "net"), type: network } },
    ];
    const state = parseState(
      JSON.stringify({
        deployment: {
          resources: [resource("hapg-etcd1"), ...onHosts],
          pending_operations: pending,
        },
      }),
    );
    assert.deepEqual(state.services, ["hapg-etcd1", "hapg-patroni1"]);
    assert.deepEqual(
      state.cutShort.map(({ operation, name, container: made }) => [operation, name, made]),
      [
        ["creating", "hapg-etcd2", "hapg-etcd2"],
        ["updating", "net", undefined],
      ],
    );
  });
});
