import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePassphrase, withPassphrase } from "../../../cli/passphrase";

describe("the passphrase of the scripts", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-passphrase-"));
    environment = { PULUMI_HOME: join(folder, "home") };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is made once, for its owner only, and used from then on", () => {
    assert.deepEqual(withPassphrase(environment), environment);
    const file = makePassphrase(environment);
    assert.equal(file, join(folder, "home", "hapg-passphrase"));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const passphrase = readFileSync(file, "utf8");
    assert.match(passphrase, /^[\w-]{32}\n$/);
    assert.equal(makePassphrase(environment), undefined);
    assert.equal(readFileSync(file, "utf8"), passphrase);
    const PULUMI_CONFIG_PASSPHRASE_FILE = file;
    assert.deepEqual(withPassphrase(environment), {
      ...environment,
      PULUMI_CONFIG_PASSPHRASE_FILE,
    });
  });

  for (const name of ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"]) {
    it(`is the user's own where ${name} says one, be it empty`, () => {
      makePassphrase(environment);
      const own = { ...environment, [name]: "" };
      assert.deepEqual(withPassphrase(own), own);
      assert.equal(makePassphrase({ PULUMI_HOME: join(folder, "other"), [name]: "" }), undefined);
    });
  }
});
