import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../cli/failure";
import { settingsInFile } from "../../../cli/stackFile";
import { SettingsError } from "../../../configs/settings/parse";

describe("a stack file, read without Pulumi", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "hapg-stack-"))));
  after(() => rmSync(folder, { recursive: true }));

  const read = (...lines: string[]) => {
    const path = join(folder, "Pulumi.test.yaml");
    writeFileSync(path, lines.join("\n"));
    return settingsInFile("test", path);
  };

  it("has the settings, with the cluster's name by default", () => {
    const settings = read("config:", "  hapg:postgres: { members: 5 }", "  hapg:protect: true");
    assert.equal(settings.clusterName, "hapg-test");
    assert.equal(settings.postgres.members, 5);
    assert.equal(settings.protect, true);
  });

  it("may be empty", () => {
    assert.equal(read("").postgres.members, 3);
  });

  it("may hold values that Pulumi has encrypted", () => {
    const settings = read(
      ...["config:", "  hapg:vm:", "    ssh:", "      privateKey:"],
      "        secure: v1:abc:def",
    );
    assert.equal(settings.vm.ssh.privateKey, "(encrypted)");
  });

  it("has to be there", () => {
    assert.throws(
      () => settingsInFile("nope", join(folder, "Pulumi.nope.yaml")),
      (error: unknown) => error instanceof Failure && error.code === 2,
    );
  });

  it("names what is wrong in it", () => {
    assert.throws(
      () => read("config:", "  hapg:postgres: { member: 5 }"),
      (error: unknown) =>
        error instanceof SettingsError &&
        /Pulumi\.test\.yaml: .*did you mean members/s.test(error.message),
    );
  });
});
