import assert from "node:assert/strict";
import fc from "fast-check";
import { accessModel, databasesModel, loginNames } from "../../../../configs/access/model";
import type { AccessModel } from "../../../../configs/access/accessModel";
import { accessSql } from "../../../../configs/access/accessSql";
import { type DatabasesModel, databasesSql } from "../../../../configs/access/databasesSql";
import { readersGroup, usersGroup, writersGroup } from "../../../../configs/access/groups";
import { everyLogin, secondLogin } from "../../../../configs/access/logins";
import { scramVerifier } from "../../../../configs/access/scram";
import { sessionsSql } from "../../../../configs/access/sessionsSql";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { sqlFile } from "../../../../configs/access/sql";
import { systemRolesSql } from "../../../../configs/access/systemRolesSql";
import { testLogins, testPasswords } from "../../../support/access";
import { assertGolden } from "../../../support/golden";
import { settingsOf } from "../../../support/models";
import { anyName, hostile, shape } from "../../../support/sqlTokens";

/** What a stack file can say of access. */
const everything: Partial<SettingsInput> = {
  roles: {
    app: { rotation: 3, replication: true },
    [`o'brien "ro" \\ $$`]: { connectionLimit: 20, memberOf: ["pg_monitor", "pg_read_all_data"] },
    loader: { replication: false, createDatabases: true, createRoles: false },
    reports: { state: "dropped" },
    [`it's "1"`]: { state: "dropped" },
  },
  databases: {
    app: { owner: "app" },
    "billing-eu.2": {
      owner: "app",
      extensions: ["uuid-ossp", "postgis"],
      schemas: { [`the "archive"`]: { owner: "loader" } },
      readers: [`o'brien "ro" \\ $$`],
      writers: ["loader"],
    },
  },
  credentials: { superuser: 1, replication: 1, rewind: 2, poolLookup: 1, administrator: 1 },
};

/** A script in which the texts of `scripts/` are only named. */
const withoutFiles = (script: string) =>
  ["roles", "database", "drop"].reduce(
    (text, name) => text.replaceAll(sqlFile(name), `-- scripts/${name}.sql`),
    script,
  );

const modelOf = (input: Partial<SettingsInput>) => {
  const settings = settingsOf(input);
  return accessModel(settings, testPasswords(settings));
};

describe("the scripts about access", () => {
  it("are as expected with defaults", () => {
    assertGolden("access.sql", withoutFiles(accessSql(modelOf({}))));
    assert.equal(databasesSql(databasesModel(settingsOf())), "");
  });

  it("are as expected with everything set", () => {
    const settings = settingsOf(everything);
    const model = accessModel(settings, testPasswords(settings));
    assertGolden("system-roles.sql", withoutFiles(systemRolesSql(model.systemRoles)));
    assertGolden("access-everything.sql", withoutFiles(accessSql(model)));
    assertGolden("databases.sql", withoutFiles(databasesSql(databasesModel(settings))));
    assertGolden("sessions.sql", sessionsSql(loginNames(settings)));
  });

  it("keep the login of every role that gets a password", () => {
    const model = modelOf(everything);
    const { systemRoles, lookup, administrator, monitor, roles, loginNames: kept } = model;
    const { replication, rewind } = systemRoles;
    const all = [
      replication,
      rewind,
      lookup,
      administrator,
      monitor,
      ...roles.map(({ logins }) => logins),
    ];
    assert.deepEqual(kept.sort(), all.flatMap((one) => everyLogin(one).map((l) => l.name)).sort());
  });

  it("set every login's verifier and hold no password", () => {
    const { systemRoles, lookup, administrator, monitor, roles } = modelOf(everything);
    const script = accessSql(modelOf(everything));
    const logins = [
      systemRoles.replication,
      systemRoles.rewind,
      ...[lookup, administrator, monitor],
      ...roles.map((r) => r.logins),
    ];
    const superuser = { name: "postgres", password: systemRoles.superuser };
    for (const { name, password } of [superuser, ...logins.flatMap(everyLogin)]) {
      assert.ok(script.includes(`PASSWORD '${scramVerifier(name, password)}';`), name);
      assert.ok(!script.includes(password), password);
    }
  });

  it("stop at the first error, and hide statements before the first that is secret", () => {
    for (const script of [
      accessSql(modelOf(everything)),
      systemRolesSql(modelOf(everything).systemRoles),
    ]) {
      const lines = script.split("\n");
      const before = lines.slice(
        0,
        lines.findIndex((line) => line.includes("SCRAM")),
      );
      for (const line of [
        "\\set ON_ERROR_STOP on",
        "\\set VERBOSITY terse",
        "SET log_statement = 'none';",
        "SET log_min_duration_statement = -1;",
        "SET log_min_error_statement = 'panic';",
        "SET track_activities = off;",
        "SET pg_stat_statements.track = 'none';",
        "SET search_path = pg_catalog;",
        "BEGIN;",
      ]) {
        assert.ok(before.includes(line), line);
      }
    }
  });

  it("say nothing to a database before nothing of its own can be called", () => {
    const script = databasesSql(databasesModel(settingsOf(everything)));
    const connections = script.split("\\connect ").slice(1);
    assert.ok(connections.length > 2);
    for (const connection of connections) {
      const [, notices, timeout, ...rest] = connection.split("\n");
      assert.equal(notices, "SET client_min_messages = 'warning';");
      assert.equal(timeout, "SET statement_timeout = 0;");
      const first = rest.find((line) => line !== "" && !line.startsWith("--"));
      assert.equal(first, "SET search_path = pg_catalog;");
    }
  });
});

/** Hostile names at every place where there are names. */
function scriptsOf(role: string, database: string): string[] {
  const one = { name: database, owner: role, readers: ["reader"], writers: [role] };
  const model: AccessModel = {
    systemRoles: {
      superuser: "superuser-password",
      replication: testLogins("replicator", 0),
      rewind: testLogins("rewind", 0),
    },
    version: 14,
    hasBackups: true,
    probeConnections: 0,
    lookup: testLogins("pgbouncer", 0),
    administrator: testLogins("administrator", 1),
    monitor: testLogins("monitor", 0),
    roles: [
      {
        logins: testLogins(role, 1),
        connectionLimit: 20,
        memberOf: ["pg_monitor"],
        databases: [database],
      },
      { logins: testLogins("reader", 0), connectionLimit: -1, memberOf: [], databases: [database] },
    ],
    loginNames: [role, secondLogin(role)],
    databases: [one],
  };
  const databases: DatabasesModel = {
    databases: [{ ...one, extensions: [role], schemas: [{ name: role, owner: "reader" }] }],
    dropped: [role],
  };
  return [accessSql(model), databasesSql(databases), sessionsSql([role])];
}

/** The same names for whatever the scripts make of a role's and a database's name. */
const namesFor = (role: string, database: string) =>
  Object.fromEntries([
    [`databases.${database}.extensions`, "SETTING"],
    [usersGroup(database), "DB:in"],
    [readersGroup(database), "DB:ro"],
    [writersGroup(database), "DB:rw"],
    [database, "DB"],
    [secondLogin(role), "ROLE_b"],
    [role, "ROLE"],
  ]);

const shapesOf = (role: string, database: string) =>
  scriptsOf(role, database).map((script) => shape(script, namesFor(role, database)));

const expectedShapes = shapesOf("shop", "shopdb");

describe("the scripts about access, whatever the names,", () => {
  for (const text of hostile) {
    it(`have the same statements for a role and a database named ${text}`, () => {
      assert.deepEqual(shapesOf(text, "shopdb"), expectedShapes);
      assert.deepEqual(shapesOf("shop", text), expectedShapes);
    });
  }

  it("have the same statements for any role and database", () => {
    fc.assert(
      fc.property(anyName, anyName, (role, database) => {
        fc.pre(role !== database && role !== "reader");
        assert.deepEqual(shapesOf(role, database), expectedShapes);
      }),
      { numRuns: 50 },
    );
  });
});
