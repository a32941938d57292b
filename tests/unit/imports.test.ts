import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execaSync } from "execa";
import { preProcessFile } from "typescript";

const list = ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts"];
const files = new Set(
  execaSync("git", list)
    .stdout.split("\n")
    .filter((file) => !/^(tests|toolchain)\//.test(file)),
);

/** The files of this repository that a file imports, types included. */
const importsOf = (file: string): string[] =>
  preProcessFile(readFileSync(file, "utf8"))
    .importedFiles.map(({ fileName }) => join(dirname(file), fileName))
    .flatMap((path) => [`${path}.ts`, `${path}/index.ts`].filter((one) => files.has(one)));

/** Files that import each other in a circle, in order; none if nothing does. */
function circleOf(imports: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const search = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const one of imports.get(file) ?? []) {
      const circle = search(one, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = search(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

describe("imports outside of the tests", () => {
  it("form no circle", () => {
    const imports = new Map([...files].map((file) => [file, importsOf(file)]));
    assert.ok([...imports.values()].flat().length > 1000);
    assert.deepEqual(circleOf(imports), []);
  });

  it("are searched for circles of any length", () => {
    const some = { a: ["b", "d"], b: ["c"], c: ["d"], d: [] };
    assert.deepEqual(circleOf(new Map(Object.entries(some))), []);
    assert.deepEqual(circleOf(new Map(Object.entries({ ...some, d: ["b"] }))), [
      ...["b", "c", "d", "b"],
    ]);
  });
});
