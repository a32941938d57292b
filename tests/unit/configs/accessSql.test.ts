import assert from "node:assert/strict";
import fc from "fast-check";
import { type AccessModel, accessSql, identifier, literal } from "../../../configs/accessSql";
import { scramVerifier } from "../../../configs/scram";
import { assertGolden } from "../../support/golden";

/** A role that owns a database; hostile names go here. */
function modelOf(role: string, database: string): AccessModel {
  return {
    systemRoles: [{ name: "postgres", password: "postgres-password" }],
    lookupRole: { name: "pgbouncer", password: "lookup-password", connectionLimit: -1 },
    roles: [{ name: role, password: "role-password", connectionLimit: 20 }],
    databases: [{ name: database, owner: role }],
  };
}

/** A piece of SQL with its quotes taken off, as PostgreSQL and psql divide it. */
interface Token {
  kind: "identifier" | "string" | "other";
  text: string;
}

const tokenPattern =
  /\s+|"(?<identifier>(?:[^"]|"")*)"|'(?<string>(?:[^']|'')*)'|\$\$(?<body>.*?)\$\$|(?<other>;|\\\w+|[^\s"'$;\\]+)/gsy;

function tokens(script: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of script.matchAll(tokenPattern)) {
    end = match.index + match[0].length;
    const { identifier: name, string, body, other } = match.groups ?? {};
    if (name !== undefined) found.push({ kind: "identifier", text: name.replaceAll('""', '"') });
    if (string !== undefined) found.push({ kind: "string", text: string.replaceAll("''", "'") });
    if (body !== undefined) found.push({ kind: "string", text: body });
    if (other !== undefined) found.push({ kind: "other", text: other });
  }
  assert.equal(end, script.length, `cannot be read from here: ${script.slice(end, end + 80)}`);
  return found;
}

/** The script's tokens with names replaced; statements that psql runs from a string are divided too. */
function shape(script: string, names: Record<string, string>): unknown[] {
  return tokens(script).map(({ kind, text }) => {
    if (kind === "string" && text.startsWith("SCRAM-SHA-256$")) return [kind, "verifier"];
    if (kind === "string" && text.startsWith("CREATE ")) return shape(text, names);
    return [kind, kind !== "other" && Object.hasOwn(names, text) ? names[text] : text];
  });
}

const expectedShape = shape(accessSql(modelOf("shop", "shopdb")), { shop: "ROLE", shopdb: "DB" });

function assertSameStatements(role: string, database: string): void {
  const script = accessSql(modelOf(role, database));
  assert.deepEqual(shape(script, { [role]: "ROLE", [database]: "DB" }), expectedShape);
}

const hostile = [
  ...["'", '"', "''", '""', "\\", "\\'", "$$", "$1", "%s", ";", "--", "/*", ":name", ":'name'"],
  ...['"; DROP ROLE postgres; --', "'; DROP ROLE postgres; --", "\\gexec", "$$; SELECT 1; $$"],
  ...["Mixed Case", "naïve 日本 🐘", " ", "user", "a\\", "__proto__"],
];

const name = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom("'", '"', "\\", "$", ";", "-", ":", " "),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 20,
  })
  .filter((text) => !text.includes("\0"));

describe("the access script", () => {
  it("is as expected", () => {
    const model = {
      systemRoles: [
        { name: "postgres", password: "one" },
        { name: "replicator", password: "two" },
      ],
      lookupRole: { name: "pgbouncer", password: "three", connectionLimit: -1 },
      roles: [
        { name: "app", password: "four", connectionLimit: -1 },
        { name: `o'brien "ro" \\ $$`, password: "five", connectionLimit: 20 },
      ],
      databases: [
        { name: "app", owner: "app" },
        { name: `it's "1" \\ $$`, owner: `o'brien "ro" \\ $$` },
      ],
    };
    assertGolden("access.sql", accessSql(model));
  });

  for (const text of hostile) {
    it(`has the same statements for a role and a database named ${text}`, () => {
      assertSameStatements(text, "shopdb");
      assertSameStatements("shop", text);
    });
  }

  it("has the same statements for any role and database", () => {
    fc.assert(
      fc.property(name, name, (role, database) => {
        fc.pre(role !== database);
        assertSameStatements(role, database);
      }),
      { numRuns: 50 },
    );
  });

  it("sets every role's verifier and holds no password", () => {
    const script = accessSql(modelOf("shop", "shopdb"));
    for (const [role, password] of [
      ["postgres", "postgres-password"],
      ["pgbouncer", "lookup-password"],
      ["shop", "role-password"],
    ] as const) {
      const statement = new RegExp(`^ALTER ROLE "${role}" .*PASSWORD '([^']+)';$`, "m");
      assert.equal(statement.exec(script)?.[1], scramVerifier(role, password));
      assert.ok(!script.includes(password), password);
    }
  });

  it("stops at the first error, and turns logging off before anything secret", () => {
    const lines = accessSql(modelOf("shop", "shopdb")).split("\n");
    const firstSecret = lines.findIndex((line) => line.includes("SCRAM"));
    const before = lines.slice(0, firstSecret);
    for (const line of [
      "\\set ON_ERROR_STOP on",
      "\\set VERBOSITY terse",
      "SET log_statement = 'none';",
      "SET log_min_duration_statement = -1;",
      "SET log_min_error_statement = 'panic';",
    ]) {
      assert.ok(before.includes(line), line);
    }
  });
});

describe("quoting for SQL", () => {
  it("gives back every identifier and every string, and nothing after it", () => {
    fc.assert(
      fc.property(name, name, (first, second) => {
        assert.deepEqual(tokens(`${identifier(first)} ${literal(second)};`), [
          { kind: "identifier", text: first },
          { kind: "string", text: second },
          { kind: "other", text: ";" },
        ]);
      }),
    );
  });
});
