import assert from "node:assert/strict";
import { type Outputs, stringOf, type Wanted } from "../../../cli/commands/connect";
import { Failure } from "../../../cli/failure";
import { connectionStrings } from "../../../configs/cluster/connectionStrings";
import { driverRoutes, driverStrings, families } from "../../../configs/cluster/driverStrings";

const at = (port: number) => [{ host: "db.example", port }];
const endpoints = { write: at(5000), read: at(5001), pool: at(6432), members: at(15432) };
const model = {
  ...{ database: "shop", role: "reader", password: "p@:/?#", ...endpoints },
  tls: { clientCaFile: "/etc/ca with space.pem" },
};
const strings = connectionStrings(model);
const outputs: Outputs = { connectionStrings: {}, roleConnectionStrings: {}, ...endpoints };

describe("hapg connect", () => {
  const of = (route: Wanted["route"], driver?: Wanted["driver"]) =>
    stringOf({ strings, outputs, database: "shop", route, driver });

  it("prints the outputs' strings unless a driver is named", () => {
    assert.equal(of("write"), strings.write);
    assert.equal(of("pooledRead"), strings.pooledRead);
    assert.equal(of("libpq"), strings.libpq);
    assert.equal(of("jdbc", "go"), strings.jdbc);
  });

  it("prints for each driver and role what the cluster would give its owner", () => {
    const all = driverStrings(model);
    for (const family of families)
      for (const route of driverRoutes) {
        if (all[family][route] === undefined)
          assert.throws(() => of(route, family), /take one host only/);
        else assert.equal(of(route, family), all[family][route]);
      }
    assert.equal(of("membersRead"), all.libpq.membersRead);
  });

  it("ends with wrong usage where a driver cannot take the route", () => {
    assert.throws(() => of("members", "node"), Failure);
  });

  it("knows when there is no CA file", () => {
    const open = { ...model, tls: {} };
    const wanted = { strings: connectionStrings(open), outputs, database: "shop" } as const;
    assert.equal(
      stringOf({ ...wanted, route: "read", driver: "rust" }),
      driverStrings(open).rust.read,
    );
  });
});
