import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { haveSamePackages, versionAt, workingTree } from "../../../plan/versions";

describe("a version of the program", () => {
  it("is a commit's files, with this checkout's packages", async () => {
    const version = await versionAt("HEAD");
    for (const file of ["Pulumi.prod.yaml", "index.ts", "node_modules/@pulumi/pulumi"])
      assert.ok(existsSync(join(version.folder, file)), file);
    assert.equal((await versionAt("HEAD")).folder, version.folder);
    assert.ok(haveSamePackages(workingTree(), workingTree()));
  });

  it("is refused if there is no such commit, with the command that fetches it", async () => {
    await assert.rejects(versionAt("origin/nobody"), /no commit .* git fetch origin nobody$/);
  });
});
