import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ownerOf, platformName } from "../../../components/clusterNames";
import { settingsOf } from "../../support/models";

const unexpected = () => {
  throw new Error("names need no resources and no calls");
};

describe("a cluster's names in its program", () => {
  before(async () => {
    const mocks = { newResource: unexpected, call: unexpected };
    await pulumi.runtime.setMocks(mocks, "hapg", "prod", false, "acme");
  });

  it("are the stack's and the platform's own for the cluster of index.ts", () => {
    assert.equal(ownerOf("cluster"), "acme/hapg/prod");
    assert.equal(platformName("cluster", settingsOf()), "docker");
  });

  it("have the cluster's name in them for any other", () => {
    assert.equal(ownerOf("orders"), "acme/hapg/prod:orders");
    assert.equal(platformName("orders", settingsOf()), "orders-docker");
  });
});
