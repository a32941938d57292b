import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { connectionsOf, type Endpoints, ownersConnections } from "../../../components/connections";
import { testLogins, testPassword } from "../../support/access";
import { settingsOf } from "../../support/models";

const at = (port: number) => [{ host: "db.example", port }];
const endpoints: Endpoints = {
  ...{ write: at(5000), read: at(5001), pool: at(6432), members: at(15432) },
  ...{ statsUrl: "", metricsUrl: "", restApiUrl: "" },
};

const settings = settingsOf({
  roles: {
    app: { rotation: 3 },
    reader: {},
    writer: {},
    watcher: {},
    keeper: {},
    gone: { state: "dropped" },
  },
  databases: {
    shop: { owner: "app", readers: ["reader"], writers: ["writer"] },
    stock: { owner: "writer", readers: ["app"], schemas: { archive: { owner: "keeper" } } },
  },
});
const logins = Object.fromEntries(
  Object.entries(settings.roles)
    .filter(([name]) => name !== "gone")
    .map(([name, { rotation }]) => [name, pulumi.output(testLogins(name, rotation))]),
);
const valueOf = <T>(output: pulumi.Output<T>) =>
  new Promise<pulumi.Unwrap<T>>((resolve) => {
    output.apply((value) => resolve(value as pulumi.Unwrap<T>));
  });

describe("connection strings of roles", () => {
  const byRole = connectionsOf(settings, endpoints, logins);

  it("are there for the databases that a role owns, reads or writes", async () => {
    const all = await valueOf(byRole);
    assert.deepEqual(Object.keys(all), ["app", "reader", "writer", "watcher", "keeper"]);
    assert.deepEqual(Object.keys(all.app ?? {}), ["shop", "stock"]);
    assert.deepEqual(Object.keys(all.reader ?? {}), ["shop"]);
    assert.deepEqual(Object.keys(all.writer ?? {}), ["shop", "stock"]);
    assert.deepEqual(Object.keys(all.keeper ?? {}), ["stock"]);
  });

  it("are there for every database where no database names the role", async () => {
    const all = await valueOf(byRole);
    assert.deepEqual(Object.keys(all.watcher ?? {}), ["shop", "stock"]);
  });

  it("hold the login in use", async () => {
    const all = await valueOf(byRole);
    const write = new URL(all.app?.shop?.write ?? "");
    assert.deepEqual(
      [write.username, decodeURIComponent(write.password)],
      ["app_b", testPassword("app_b", 3)],
    );
  });

  it("are secret, those of owners too", async () => {
    assert.equal(await pulumi.isSecret(byRole), true);
    const owners = ownersConnections(settings, byRole);
    assert.equal(await pulumi.isSecret(owners), true);
    const all = await valueOf(byRole);
    assert.deepEqual(await valueOf(owners), { shop: all.app?.shop, stock: all.writer?.stock });
  });
});
