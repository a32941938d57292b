import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { unlessPasswordsAreLost, unlessStateIsLost } from "../../../components/lostState";
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

describe("the passwords of a stack with a given CA", () => {
  const password = "cluster-credentials-superuser";
  const urn = (name: string) => `urn:pulumi:prod::hapg::random:RandomPassword::${name}`;
  const there = ["-----BEGIN CERTIFICATE-----"];

  /** Looks for the password in a state with these resources. */
  const look = async (names: string[], authorities: string[], ca?: object): Promise<void> => {
    await pulumi.runtime.setMocks(
      {
        newResource: () => {
          throw new Error("nothing is registered here");
        },
        call: ({ token }) => {
          assert.equal(token, "pulumi:pulumi:readStackResourceOutputs");
          return { outputs: Object.fromEntries(names.map((name) => [urn(name), {}])) };
        },
      },
      "hapg",
      "prod",
      false,
      "organization",
    );
    const args = { settings: { clusterName: "shop", tls: { ca } }, platform: { authorities } };
    await unlessPasswordsAreLost(password, args as unknown as SharedArgs);
  };

  it("are used where no service is there, or the state has them", async () => {
    await look([], [], {});
    await look([password], there, {});
  });

  it("are not made anew beside services whose passwords the state does not have", async () => {
    // That of another cluster in the same program.
    await assert.rejects(
      look(["other-cluster-credentials-superuser"], there, {}),
      /^Error: shop is there already, with passwords .*: `npm run -s hapg -- adopt --stack prod`/,
    );
  });

  it("need no look where the CA is the stack's own", async () => {
    await look([], there);
  });
});
