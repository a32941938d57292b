import assert from "node:assert/strict";
import fc from "fast-check";
import { renderPgbouncerIni } from "../../../configs/pgbouncer/pgbouncerIni";
import { parseSettings, SettingsError } from "../../../configs/settings/parse";
import { serviceNames } from "../../../configs/cluster/names";

/** The settings, or undefined where they are refused. Anything else that is thrown is a bug. */
function accepted(input: object) {
  try {
    return parseSettings({ clusterName: "test", ...input });
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

const anyName = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,70}$/),
  fc.constantFrom("__proto__", "constructor", "toString", "*", "[databases]", "%include x", "a=b"),
);

describe("names in settings", () => {
  it("of databases are refused, or fit into pgbouncer.ini as one entry for each way", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const databases = Object.fromEntries([[name, { owner: "app" }]]);
        const settings = accepted({ databases });
        if (settings === undefined) return;
        const names = Object.keys(settings.databases);
        const ini = renderPgbouncerIni({
          pgbouncer: settings.pgbouncer,
          haproxies: ["haproxy1"],
          writePort: 5000,
          readPort: 5001,
          lookupUser: "pgbouncer",
          databases: names,
          generation: "0123456789abcdef",
          tls: settings.tls,
        });
        const [entries = ""] = ini.split("\n\n");
        assert.equal(entries.split("\n").length, 1 + 2 * (1 + names.length) + 1);
      }),
    );
  });

  it("of roles are refused, or keep as they are", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const roles = Object.fromEntries([
          ["app", {}],
          [name, {}],
        ]);
        const settings = accepted({ roles });
        if (settings === undefined || name === "__proto__") return;
        assert.ok(Object.hasOwn(settings.roles, name));
      }),
    );
  });

  it("of clusters are refused, or can be a DNS label", () => {
    fc.assert(
      fc.property(fc.oneof(anyName, fc.stringMatching(/^[a-z0-9-]{1,40}$/)), (clusterName) => {
        if (accepted({ clusterName }) === undefined) return;
        assert.match(clusterName, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
      }),
    );
  });
});

describe("service names", () => {
  it("are numbered from one", () => {
    assert.deepEqual(serviceNames("etcd", 3), ["etcd1", "etcd2", "etcd3"]);
  });

  it("stay the same for the first members when more are added", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), (count, more) => {
        const before = serviceNames("patroni", count);
        assert.deepEqual(serviceNames("patroni", count + more).slice(0, count), before);
      }),
    );
  });
});
