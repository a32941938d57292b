import assert from "node:assert/strict";
import { Client } from "pg";
import type { ClientAddress, ConnectionModel } from "../../../../configs/cluster/connectionStrings";
import { driverRoutes, driverStrings, families } from "../../../../configs/cluster/driverStrings";

const at = (host: string, port: number): ClientAddress => ({ host, port });
const model: ConnectionModel = {
  database: "shop",
  role: "app",
  password: "p@ss word",
  write: [at("one", 5000), at("two", 5000)],
  read: [at("one", 5001), at("two", 5001)],
  pool: [at("one", 6432), at("two", 6432)],
  members: [at("db1", 5432), at("db2", 5432)],
  tls: { clientCaFile: "/etc/ca.pem" },
};
const login = "app:p%40ss%20word@";
const verified = "sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem";

describe("connection strings of a family of drivers", () => {
  const all = driverStrings(model);

  it("are libpq's, with limits for dead hosts", () => {
    const keepalives =
      "keepalives_idle=5&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=11000";
    // Through HAProxy and the pool a client may have to wait for a primary, or for a free connection.
    const [limits, ofMembers] = [15, 3].map((login) => `connect_timeout=${login}&${keepalives}`);
    assert.deepEqual(all.libpq, {
      write: `postgresql://${login}one:5000,two:5000/shop?${verified}&${limits}`,
      read: `postgresql://${login}one:5001,two:5001/shop?${verified}&${limits}`,
      pooledWrite: `postgresql://${login}one:6432,two:6432/shop?${verified}&${limits}`,
      pooledRead: `postgresql://${login}one:6432,two:6432/shop_ro?${verified}&${limits}`,
      members: `postgresql://${login}db1:5432,db2:5432/shop?${verified}&target_session_attrs=read-write&${ofMembers}`,
      membersRead: `postgresql://${login}db1:5432,db2:5432/shop?${verified}&target_session_attrs=prefer-standby&load_balance_hosts=random&${ofMembers}`,
    });
  });

  it("are JDBC's for every route", () => {
    const start = "user=app&password=p%40ss%20word&" + verified;
    const limits = "connectTimeout=3&tcpKeepAlive=true";
    assert.deepEqual(all.jdbc, {
      write: `jdbc:postgresql://one:5000,two:5000/shop?${start}&${limits}`,
      read: `jdbc:postgresql://one:5001,two:5001/shop?${start}&${limits}`,
      pooledWrite: `jdbc:postgresql://one:6432,two:6432/shop?${start}&${limits}`,
      pooledRead: `jdbc:postgresql://one:6432,two:6432/shop_ro?${start}&${limits}`,
      members: `jdbc:postgresql://db1:5432,db2:5432/shop?${start}&targetServerType=primary&${limits}`,
      membersRead: `jdbc:postgresql://db1:5432,db2:5432/shop?${start}&targetServerType=preferSecondary&loadBalanceHosts=true&${limits}`,
    });
  });

  it("name one host for node, and no members, which it could not tell apart", () => {
    assert.deepEqual(all.node, {
      write: `postgresql://${login}one:5000/shop?${verified}`,
      read: `postgresql://${login}one:5001/shop?${verified}`,
      pooledWrite: `postgresql://${login}one:6432/shop?${verified}`,
      pooledRead: `postgresql://${login}one:6432/shop_ro?${verified}`,
    });
  });

  it("have no word that a driver would send to the server", () => {
    const wordsOf = (string = "") => [...new URLSearchParams(string.split("?")[1]).keys()];
    const known = ["sslmode", "sslrootcert", "target_session_attrs"];
    for (const route of driverRoutes) {
      assert.deepEqual(
        wordsOf(all.python[route]).filter((word) => !known.includes(word)),
        [],
      );
      assert.deepEqual(
        wordsOf(all.go[route]).filter((word) => ![...known, "connect_timeout"].includes(word)),
        [],
      );
      assert.ok(!wordsOf(all.rust[route]).includes("sslrootcert"));
    }
  });

  it("encrypt where the stack file names no CA file, node's too", () => {
    const strings = driverStrings({ ...model, tls: {} });
    for (const family of families)
      assert.match(strings[family].write ?? "", /[?&]sslmode=require(&|$)/);
    const { ssl } = new Client({ connectionString: strings.node.write }) as unknown as {
      ssl: { rejectUnauthorized?: boolean };
    };
    assert.equal(ssl.rejectUnauthorized, false);
  });
});
