import assert from "node:assert/strict";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { isInstalled } from "../../operations/isInstalled";
import { imageSbom, programSbom } from "../../operations/sbom";
import type { Kind } from "../../configs/cluster/catalogue";
import { isEverything } from "../parts";
import { imageOf } from "../support/images";

/** What is read of a list. */
interface Sbom {
  specVersion: Spec.Version;
  metadata: { component: { name: string } };
  components: { name: string; version: string; purl?: string }[];
}

/** A list that the CycloneDX schema of its version accepts. */
async function accepted(text: string): Promise<Sbom> {
  const sbom = JSON.parse(text) as Sbom;
  const problems: unknown = await new Validation.JsonStrictValidator(sbom.specVersion).validate(
    text,
  );
  assert.equal(problems, null, JSON.stringify(problems));
  return sbom;
}

describe("lists of packages", function () {
  this.timeout(900_000);

  it("have the program's own, and none that only its development needs", async () => {
    const { metadata, components } = await accepted(programSbom());
    assert.equal(metadata.component.name, "hapg");
    const names = components.map(({ name }) => name);
    assert.ok(names.includes("yaml") && !names.includes("mocha"));
  });

  const expected: [Exclude<Kind, "keepalived">, RegExp[]][] = [
    ["etcd", [/^pkg:deb\/debian\/etcd-server@3\./, /^pkg:golang\/go\.etcd\.io\//]],
    ["patroni", [/^pkg:deb\/debian\/postgresql-17@17\./, /^pkg:deb\/debian\/patroni@/]],
    ["haproxy", [/^pkg:deb\/debian\/haproxy@/]],
    ["pgbouncer", [/^pkg:deb\/debian\/pgbouncer@/]],
  ];
  for (const [program, packages] of expected) {
    it(`have what is in the image of ${program}`, async function () {
      // Go builds it in minutes, which is for those who ask for everything.
      const isWanted = isEverything() && isInstalled("go");
      if (!isInstalled("syft") && !isWanted) this.skip();
      const { metadata, components } = await accepted(
        imageSbom(imageOf(program), `hapg/${program}`),
      );
      assert.equal(metadata.component.name, `hapg/${program}`);
      const urls = components.map(({ purl }) => purl ?? "");
      for (const wanted of [...packages, /^pkg:deb\/debian\/libc6@2\./]) {
        assert.ok(
          urls.some((url) => wanted.test(url)),
          `${program}: ${String(wanted)}`,
        );
      }
    });
  }
});
