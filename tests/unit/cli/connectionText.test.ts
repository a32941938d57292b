import assert from "node:assert/strict";
import { connectionText } from "../../../cli/connectionText";

const libpq =
  "postgresql://app:p%40ss@db1:5432,db2:5433/shop?sslmode=verify-full&sslrootcert=%2Fca.pem&target_session_attrs=read-write";
const jdbc =
  "jdbc:postgresql://db1:5432,db2:5433/shop?user=app&password=p%40ss&sslmode=verify-full&targetServerType=primary";

describe("what a client needs to connect", () => {
  it("is the string itself, unless another form is wanted", () => {
    assert.equal(connectionText(libpq, "url"), libpq);
  });

  it("is libpq's environment, with every host", () => {
    assert.deepEqual(connectionText(libpq, "env").split("\n"), [
      `DATABASE_URL=${libpq}`,
      "PGHOST=db1,db2",
      "PGPORT=5432,5433",
      "PGDATABASE=shop",
      "PGUSER=app",
      "PGPASSWORD=p@ss",
      "PGSSLMODE=verify-full",
      "PGSSLROOTCERT=/ca.pem",
      "PGTARGETSESSIONATTRS=read-write",
    ]);
  });

  it("is a line of .pgpass for each host, with its special characters escaped", () => {
    const difficult = libpq.replace("p%40ss", "a%3Ab%5Cc");
    assert.equal(
      connectionText(difficult, "pgpass"),
      "db1:5432:shop:app:a\\:b\\\\c\ndb2:5433:shop:app:a\\:b\\\\c",
    );
  });

  it("is an entry of pg_service.conf, of a string for JDBC too", () => {
    assert.deepEqual(connectionText(jdbc, "service").split("\n"), [
      "[shop]",
      "host=db1,db2",
      "port=5432,5433",
      "dbname=shop",
      "user=app",
      "password=p@ss",
      "sslmode=verify-full",
    ]);
  });
});
