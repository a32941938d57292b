import assert from "node:assert/strict";
import {
  renderPgbouncerIni,
  renderPgbouncerListen,
  renderUserlist,
} from "../../../configs/pgbouncer/pgbouncerIni";
import { assertGolden } from "../../support/golden";
import { settingsOf } from "../../support/models";

describe("pgbouncer.ini", () => {
  it("is as expected with defaults", () => {
    const { pgbouncer, haproxy, databases, tls } = settingsOf();
    assertGolden(
      "pgbouncer.ini",
      renderPgbouncerIni({
        pgbouncer,
        haproxies: ["haproxy1"],
        writePort: haproxy.writePort,
        readPort: haproxy.readPort,
        lookupUser: "pgbouncer",
        databases: Object.keys(databases),
        generation: "0123456789abcdef",
        tls,
      }),
    );
  });

  it("is as expected with everything set", () => {
    const { pgbouncer, tls } = settingsOf({
      databases: { shop: { owner: "app" } },
      defaultDatabase: "shop",
      tls: { clients: "allowed", minimumVersion: "1.3" },
      pgbouncer: {
        port: 16432,
        poolMode: "session",
        poolSize: 50,
        reservePoolSize: 0,
        minPoolSize: 5,
        maxDatabaseConnections: 80,
        databases: {
          shop: {
            poolSize: 60,
            minPoolSize: 10,
            reservePoolSize: 5,
            maxConnections: 100,
            poolMode: "transaction",
          },
        },
        parameters: { stats_period: 60, server_reset_query: "DISCARD ALL" },
        maxClientConnections: 5000,
        maxPreparedStatements: 0,
        ignoredStartupParameters: ["statement_timeout", "options"],
        queryWaitTimeoutSeconds: 10,
        serverLifetimeSeconds: 3600,
        serverIdleTimeoutSeconds: 30,
      },
    });
    assertGolden(
      "pgbouncer-everything.ini",
      renderPgbouncerIni({
        pgbouncer,
        haproxies: ["10.0.0.1", "10.0.0.2"],
        writePort: 15000,
        readPort: 15001,
        lookupUser: "pgbouncer_b",
        databases: ["shop", "billing-eu.2"],
        generation: "0123456789abcdef",
        tls,
      }),
    );
  });

  it("lets the exporters' login read statistics, beside those of the stack file", () => {
    const render = (parameters: Record<string, string>, statsUsers?: string[]) =>
      renderPgbouncerIni({
        pgbouncer: settingsOf({ pgbouncer: { parameters } }).pgbouncer,
        haproxies: ["haproxy1"],
        ...{ writePort: 5000, readPort: 5001, lookupUser: "pgbouncer", databases: ["app"] },
        generation: "0123456789abcdef",
        tls: settingsOf().tls,
        ...(statsUsers === undefined ? {} : { statsUsers }),
      }).match(/^stats_users = .*$/gm);
    assert.equal(render({}), null);
    assert.deepEqual(render({}, ["monitor"]), ["stats_users = monitor"]);
    assert.deepEqual(render({ stats_users: "me, you" }, ["monitor"]), [
      "stats_users = monitor, me, you",
    ]);
    assert.deepEqual(render({ stats_users: "me" }), ["stats_users = me"]);
  });
});

describe("PgBouncer's listen.ini", () => {
  it("is as expected", () => {
    assertGolden(
      "pgbouncer-listen.ini",
      renderPgbouncerListen(settingsOf({ pgbouncer: { port: 16432 } }).pgbouncer, 17),
    );
  });
});

describe("userlist.txt", () => {
  it("quotes names and passwords", () => {
    const users = [
      { name: "pgbouncer", password: "secret" },
      { name: 'odd "name"', password: ' with "quotes" and ; # \\ ' },
    ];
    assert.equal(
      renderUserlist(users),
      '"pgbouncer" "secret"\n"odd ""name""" " with ""quotes"" and ; # \\ "\n',
    );
  });
});
