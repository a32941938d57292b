import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mask, Masking } from "../../../../operations/support/masking";

const secret = "s3cr3t/+word";

/** Texts that hold the secret, and what may be left of them. */
const cases: [string, string][] = [
  [`password: ${secret}\nnext: 1`, `password: ${mask}\nnext: 1`],
  [`  password: "${secret}"`, `  password: "${mask}"`],
  [`{"restApiPassword":"${secret}","port":1}`, `{"restApiPassword":"${mask}","port":1}`],
  [`user=app password='${secret}' host=db`, `user=app password='${mask}' host=db`],
  [`user=app password=${secret} host=db`, `user=app password=${mask} host=db`],
  [`PGPASSWORD=${secret}`, `PGPASSWORD=${mask}`],
  [`AWS_SECRET_ACCESS_KEY=${secret}`, `AWS_SECRET_ACCESS_KEY=${mask}`],
  [`ALTER ROLE app PASSWORD '${secret}'; x`, `ALTER ROLE app PASSWORD '${mask}'; x`],
  ["  user stats insecure-password abc", `  user stats insecure-password ${mask}`],
  ["    auth_pass abcdefgh", `    auth_pass ${mask}`],
  ["postgres://app:p%40ss@db1:5432/shop", `postgres://app:${mask}@db1:5432/shop`],
  ["Authorization: Basic cGF0cm9uaTp4", `Authorization: Basic ${mask}`],
  ["x SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy y", `x ${mask} y`],
  [`a md5${"0a".repeat(16)} b`, `a ${mask} b`],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\nrest", `${mask}\nrest`],
  ["-----BEGIN RSA PRIVATE KEY-----\\nMIIEvQ\\n-----END RSA PRIVATE KEY-----", mask],
  ["-----BEGIN EC PRIVATE KEY-----\nMIIEvQ cut short", mask],
];

const harmless = [
  "password_encryption: scram-sha-256",
  "scram-sha-256 md5 password",
  "password authentication failed for user app",
  "https://db1:8008/patroni",
  "pgpass: /var/run/postgresql/pgpass-replication",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  "LISTEN_CLIENT_URLS=https://0.0.0.0:2379",
];

describe("secrets in an archive for support", () => {
  for (const [text, left] of cases)
    it(`are masked where they look like one: ${left.slice(0, 50).replace(/\n/g, "⏎")}`, () => {
      assert.equal(new Masking().masked(text), left);
    });

  it("are nothing else", () => {
    for (const text of harmless) assert.equal(new Masking().masked(text), text);
  });

  it("are masked anywhere once a configuration file has shown them", () => {
    const masking = new Masking();
    masking.learn(`password: ${secret}\nother: yes\nshort_password: abc`);
    masking.learn(
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END PRIVATE KEY-----",
    );
    masking.learnUserlist('"pgbouncer" "user""list"');
    const encoded = Buffer.from(secret).toString("base64");
    const text = `said ${secret} ${encodeURIComponent(secret)} ${encoded} user"list {"a":"user\\"list"}`;
    assert.equal(
      masking.masked(`${text} MIIEvQIBADANBgkqhkiG9w0 abc`),
      `said ${mask} ${mask} ${mask} ${mask} {"a":"${mask}"} ${mask} abc`,
    );
  });

  it("are known from the stack's outputs", () => {
    const masking = new Masking();
    masking.learnOutput({
      statsLogin: "stats:stats-password",
      connectionStrings: {
        app: {
          write: "postgresql://app:app%2Fpassword@h1:1,h2:2/app?sslmode=require",
          jdbc: "jdbc:postgresql://h1:1/app?user=app&password=jdbc-password&sslmode=require",
        },
      },
      restApiUrl: "https://db1.example.com:12345678",
      write: [{ host: "db1.example.com", port: 5000 }],
    });
    assert.equal(
      masking.masked("stats-password app/password jdbc-password db1.example.com 12345678 require"),
      `${mask} ${mask} ${mask} db1.example.com 12345678 require`,
    );
  });

  it("are in none of the configuration files that the program renders", () => {
    const words: Record<string, string[]> = {
      "patroni-everything.yml": [],
      "patroni.yml": [],
      "haproxy.cfg": ["s3cr3t"],
    };
    for (const [file, secrets] of Object.entries(words)) {
      const text = readFileSync(`tests/golden/${file}`, "utf8");
      const masked = new Masking().masked(text);
      const passwords = [...text.matchAll(/password: (.*)/g)].map(([, one = ""]) => one);
      assert.ok(passwords.length + secrets.length > 0);
      assert.doesNotMatch(masked, /password: (?!\(masked\))/);
      for (const one of secrets) assert.ok(!masked.includes(one));
    }
  });
});
