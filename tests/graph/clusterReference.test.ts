import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PostgresClusterReference } from "../../components/clusterReference";
import { valueOf } from "../support/mocks";

const strings = (role: string, database: string) => ({
  write: `postgresql://${role}@h:5000/${database}`,
  pooledWrite: `postgresql://${role}@h:6432/${database}`,
});

/** What a stack has, as another one reads it. */
const outputs = {
  clusterName: "orders",
  defaultDatabase: "shop",
  connectionStrings: { shop: strings("shop", "shop"), stock: strings("shop", "stock") },
  roleConnectionStrings: { reader: { stock: strings("reader", "stock") } },
  caCertificate: "CA",
  write: [{ host: "h", port: 5000 }],
};

/** A reference to a stack with these outputs. */
function referenceTo(
  all: Record<string, unknown>,
  { output, secret = [] }: { output?: string; secret?: string[] } = {},
): Promise<PostgresClusterReference> {
  return pulumi.runtime
    .setMocks({
      newResource: ({ name }) => ({
        id: name,
        state: { name, outputs: all, secretOutputNames: secret },
      }),
      call: () => ({}),
    })
    .then(() => new PostgresClusterReference(new pulumi.StackReference("acme/hapg/prod"), output));
}

const failure = async (output: pulumi.Output<unknown>): Promise<Error> => {
  const { promise } = output as unknown as { promise: () => Promise<unknown> };
  return promise().then(
    () => assert.fail("it should have failed"),
    (error: unknown) => error as Error,
  );
};

describe("a reference to the cluster of another stack", () => {
  it("has its outputs, and those with passwords are secret", async () => {
    const cluster = await referenceTo(outputs);
    assert.deepEqual(await valueOf(cluster.get("write")), [{ host: "h", port: 5000 }]);
    assert.equal(await valueOf(cluster.caCertificate), "CA");
    assert.ok(!(await pulumi.isSecret(cluster.caCertificate)));
    assert.ok(await pulumi.isSecret(cluster.get("connectionStrings")));
  });

  it("has connection strings by database and role, secret ones", async () => {
    const cluster = await referenceTo(outputs);
    const write = async (...words: string[]) => {
      const { write: url } = cluster.connectionStrings(...(words as [string, string]));
      assert.ok(await pulumi.isSecret(url));
      return valueOf(url);
    };
    assert.equal(await write(), "postgresql://shop@h:5000/shop");
    assert.equal(await write("stock"), "postgresql://shop@h:5000/stock");
    assert.equal(await write("stock", "reader"), "postgresql://reader@h:5000/stock");
  });

  it("leads to a cluster whose outputs are exported under a name", async () => {
    const cluster = await referenceTo(
      { orders: outputs },
      { output: "orders", secret: ["orders"] },
    );
    const { write } = cluster.connectionStrings("stock");
    assert.equal(await valueOf(write), "postgresql://shop@h:5000/stock");
    assert.ok(await pulumi.isSecret(write));
  });

  for (const [what, ask, expected] of [
    [
      "of a database that is not there with those that are",
      (cluster) => cluster.connectionStrings("shops"),
      /^The cluster has no connection strings of the database shops\. It has those of shop, stock\.$/,
    ],
    [
      "of a role that is not there with those that are",
      (cluster) => cluster.connectionStrings("stock", "writer"),
      /^The cluster has no connection strings of the role writer\. It has those of reader\.$/,
    ],
    [
      "of an output that is not there with its name and the stack's",
      (cluster) => cluster.get("restApiUrl"),
      /^The stack acme\/hapg\/prod has no output restApiUrl\. .* give that name too; then run its/,
    ],
  ] as [string, (cluster: PostgresClusterReference) => pulumi.Output<unknown>, RegExp][]) {
    it(`refuses the question ${what}`, async () => {
      const error = await failure(ask(await referenceTo(outputs)));
      assert.match(error.message, expected);
      assert.ok(pulumi.RunError.isInstance(error));
      // Pulumi would print it.
      assert.equal(error.stack, "");
    });
  }

  it("refuses a stack that has no cluster under that name", async () => {
    const cluster = await referenceTo(outputs, { output: "reports" });
    const error = await failure(cluster.get("clusterName"));
    assert.match(
      error.message,
      /^The stack acme\/hapg\/prod has no output reports\.clusterName\. /,
    );
  });
});
