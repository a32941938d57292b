import assert from "node:assert/strict";
import fc from "fast-check";
import { Client } from "pg";
import {
  type ClientAddress,
  type ConnectionModel,
  connectionStrings,
} from "../../../../configs/cluster/connectionStrings";

const at = (host: string, port: number): ClientAddress => ({ host, port });
const model: ConnectionModel = {
  database: "shop",
  role: "app",
  password: "secret",
  write: [at("db.example", 5000)],
  read: [at("db.example", 5001)],
  pool: [at("db.example", 6432)],
  members: [at("db.example", 15432), at("db.example", 15433), at("10.0.0.3", 15434)],
  tls: {},
};

const hostile = [
  ...[
    "a/b",
    "a?b=c",
    "a#b",
    "a@b:c",
    "100%",
    "%2F",
    "a b",
    "a+b",
    "a&b=c",
    "'",
    '"',
    "\\",
    "[::1]",
  ],
  ...["naïve 日本 🐘", ";", ",", "a|b^c`d{e}"],
];

const text = fc
  .string({ unit: "binary", minLength: 1, maxLength: 20 })
  .filter((value) => !value.includes("\0"));
/** The path of a URL cannot be `.` or `..`. */
const databaseName = text.filter((value) => !/^\.{1,2}$/.test(value));

type Access = Pick<ConnectionModel, "role" | "password" | "database">;

function assertRoundTrip(access: Access): void {
  const { role, password, database } = access;
  const strings = connectionStrings({ ...model, ...access });
  const { write, read, pooledWrite, pooledRead } = strings;
  for (const [string, port, expected] of [
    [write, "5000", database],
    [read, "5001", database],
    [pooledWrite, "6432", database],
    [pooledRead, "6432", `${database}_ro`],
  ] as const) {
    const url = new URL(string);
    assert.deepEqual(
      {
        protocol: url.protocol,
        role: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        host: url.hostname,
        port: url.port,
        database: decodeURIComponent(url.pathname.slice(1)),
        rest: url.search + url.hash,
      },
      {
        protocol: "postgresql:",
        role,
        password,
        host: "db.example",
        port,
        database: expected,
        rest: "?sslmode=require",
      },
    );
  }
  // `URL` takes one host only.
  const libpq = new URL(strings.libpq.replace(/@[^/]*\//, "@one/"));
  assert.deepEqual(
    [libpq.username, libpq.password, libpq.pathname.slice(1)].map(decodeURIComponent),
    [role, password, database],
  );
  const jdbc = new URL(strings.jdbc.replace(/^jdbc:(postgresql:\/\/)[^/]*\//, "$1one/"));
  assert.equal(decodeURIComponent(jdbc.pathname.slice(1)), database);
  assert.deepEqual(Object.fromEntries(jdbc.searchParams), {
    user: role,
    password,
    sslmode: "require",
    targetServerType: "primary",
    connectTimeout: "3",
    tcpKeepAlive: "true",
  });
}

describe("connection strings", () => {
  it("are these for ordinary names", () => {
    assert.deepEqual(connectionStrings(model), {
      write: "postgresql://app:secret@db.example:5000/shop?sslmode=require",
      read: "postgresql://app:secret@db.example:5001/shop?sslmode=require",
      pooledWrite: "postgresql://app:secret@db.example:6432/shop?sslmode=require",
      pooledRead: "postgresql://app:secret@db.example:6432/shop_ro?sslmode=require",
      libpq:
        "postgresql://app:secret@db.example:15432,db.example:15433,10.0.0.3:15434/shop" +
        "?sslmode=require&target_session_attrs=read-write&connect_timeout=3" +
        "&keepalives_idle=5&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=11000",
      jdbc:
        "jdbc:postgresql://db.example:15432,db.example:15433,10.0.0.3:15434/shop" +
        "?user=app&password=secret&sslmode=require&targetServerType=primary&connectTimeout=3&tcpKeepAlive=true",
    });
  });

  it("name every host of a family", () => {
    const two = [at("one", 5000), at("two", 5000)];
    const { write, pooledRead } = connectionStrings({ ...model, write: two, pool: two });
    assert.equal(write, "postgresql://app:secret@one:5000,two:5000/shop?sslmode=require");
    assert.equal(pooledRead, "postgresql://app:secret@one:5000,two:5000/shop_ro?sslmode=require");
  });

  for (const value of hostile) {
    it(`hold ${value} as role, password and database`, () => {
      assertRoundTrip({ role: value, password: "secret", database: "shop" });
      assertRoundTrip({ role: "app", password: value, database: "shop" });
      assertRoundTrip({ role: "app", password: "secret", database: value });
    });
  }

  it("hold any role, password and database", () => {
    fc.assert(
      fc.property(text, text, databaseName, (role, password, database) => {
        assertRoundTrip({ role, password, database });
      }),
    );
  });

  it("are read by a driver as they are meant", () => {
    for (const value of hostile) {
      const { write } = connectionStrings({ ...model, role: value, password: value });
      const { user, password, host, port, database } = new Client(write);
      assert.deepEqual(
        { user, password, host, port, database },
        { user: value, password: value, host: "db.example", port: 5000, database: "shop" },
      );
    }
  });

  const verifying = (clientCaFile: string) =>
    connectionStrings({ ...model, tls: { clientCaFile } });

  it("have clients check whom they talk to where the stack file says how", () => {
    const { write, libpq, jdbc } = verifying("/etc/ssl/hapg.pem");
    const words = "sslmode=verify-full&sslrootcert=%2Fetc%2Fssl%2Fhapg.pem";
    assert.equal(write, `postgresql://app:secret@db.example:5000/shop?${words}`);
    assert.ok(libpq.includes(`/shop?${words}&target_session_attrs=read-write&`));
    assert.ok(jdbc.includes(`/shop?user=app&password=secret&${words}&targetServerType=primary&`));
  });

  for (const file of ["C:\\Program Files\\ca.pem", "/srv/a b&c=d/ü#1?%2F+.pem", 'ca\'s "x".pem']) {
    it(`hold ${file} as the CA's file, and nothing else by it`, () => {
      const { libpq, jdbc, ...others } = verifying(file);
      const parameters = (url: string) => Object.fromEntries(new URL(url).searchParams);
      const encryption = { sslmode: "verify-full", sslrootcert: file };
      for (const url of Object.values(others)) assert.deepEqual(parameters(url), encryption);
      // `URL` takes one host only.
      assert.deepEqual(parameters(libpq.replace(/@[^/]*\//, "@one/")), {
        ...encryption,
        target_session_attrs: "read-write",
        connect_timeout: "3",
        keepalives_idle: "5",
        keepalives_interval: "2",
        keepalives_count: "3",
        tcp_user_timeout: "11000",
      });
      assert.deepEqual(parameters(jdbc.replace(/^jdbc:(postgresql:\/\/)[^/]*\//, "$1one/")), {
        ...{ user: "app", password: "secret" },
        ...encryption,
        ...{ targetServerType: "primary", connectTimeout: "3", tcpKeepAlive: "true" },
      });
    });
  }
});
