import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { unlessStateIsLost } from "../../../components/lostState";
import type { SharedArgs } from "../../../components/shared";
import { TestCertificate } from "../../support/certificates";

describe("the CAs of a stack", () => {
  let own: string;
  let other: string;
  before(async () => {
    own = (await TestCertificate.authority()).certificate;
    other = (await TestCertificate.authority()).certificate;
    const nothing = () => {
      throw new Error("nothing is registered or called here");
    };
    await pulumi.runtime.setMocks({ newResource: nothing, call: nothing }, "hapg", "prod", false);
  });

  /** What becomes of the stack's own CA where services have been found. */
  const found = (...authorities: string[]): Promise<string> => {
    const args = { settings: { clusterName: "shop" }, platform: { authorities } };
    const result = unlessStateIsLost(
      pulumi.output(own),
      [pulumi.output("key")],
      args as unknown as SharedArgs,
    );
    return (result as unknown as { promise: () => Promise<string> }).promise();
  };

  it("are used where no service is there, or one that trusts them", async () => {
    assert.equal(await found(), own);
    assert.equal(await found(other + own), own);
  });

  it("are used while a host that was away has a former one", async () => {
    assert.equal(await found(other, own), own);
  });

  it("are not used where all services have others, and the command is named", async () => {
    await assert.rejects(
      found(other),
      /^Error: shop is there already.*take the cluster over: `npm run -s hapg -- adopt --stack prod`/,
    );
  });
});
