import assert from "node:assert/strict";
import { hbaFields, hbaProblem } from "../../../configs/postgres/hbaLine";
import { SettingsError } from "../../../configs/settings/parse";
import { rightHbaLines, wrongHbaLines } from "../../support/hbaLines";
import { settingsOf } from "../../support/models";

const problemOf = (line: string, major = 17) => hbaProblem(line, major, "postgres");

describe("a line for pg_hba.conf", () => {
  for (const { line, message } of wrongHbaLines) {
    it(`is refused: ${line}`, () => {
      assert.throws(
        () => settingsOf({ postgres: { hba: ["# the office", line] } }),
        (error: unknown) => {
          assert.ok(error instanceof SettingsError);
          const [{ path, message: found } = { path: "", message: "" }, ...more] = error.problems;
          assert.equal(path, "postgres.hba.1");
          assert.ok(found.includes(message), found);
          assert.deepEqual(more, []);
          return true;
        },
      );
    });
  }

  for (const line of rightHbaLines) {
    it(`may be ${line}`, () => {
      const ident = ["people ann shop"];
      assert.deepEqual(settingsOf({ postgres: { hba: [line], ident } }).postgres.hba, [line]);
    });
  }

  it("may say what the major version knows, and nothing else", () => {
    const regex = "hostssl all /^shop_ 10.0.0.0/8 scram-sha-256";
    assert.match(problemOf(regex, 15) ?? "", /regular expressions exist since PostgreSQL 16/);
    assert.equal(problemOf(regex, 16), undefined);
    const oauth = "hostssl all all all oauth issuer=https://id.example scope=openid";
    assert.equal(problemOf(oauth, 18), undefined);
    assert.match(problemOf("hostssl all all all oauth", 18) ?? "", /oauth needs the option issuer/);
    const dn = "hostssl all all all cert clientname=DN";
    assert.match(problemOf(dn, 13) ?? "", /clientname works on hostssl lines only|not an option/);
    assert.equal(problemOf(dn, 14), undefined);
  });

  it("needs a library for oauth, which settings name", () => {
    const hba = ["hostssl oauth all all oauth issuer=https://id.example scope=openid"];
    const message = /postgres\.hba\.0: oauth needs a library that validates tokens/;
    assert.throws(() => settingsOf({ postgres: { version: 18, hba } }), message);
    const packages = ["postgresql-18-oauth-validator"];
    const parameters = { oauth_validator_libraries: "my_validator" };
    assert.deepEqual(
      settingsOf({ postgres: { version: 18, hba, packages, parameters } }).postgres.hba,
      hba,
    );
  });

  it("is split as PostgreSQL splits it", () => {
    const { fields } = hbaFields('host a, "b c" ,d "e""f" /32#rest');
    assert.deepEqual(
      fields.map((words) => words.map(({ text }) => text)),
      [["host"], ["a", "b c", "d"], ['e"f'], ["/32"]],
    );
  });
});
