import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { catalogue, type Kind, kinds } from "../../../../configs/cluster/catalogue";
import { planOf } from "../../../../configs/cluster/plan";
import { SettingsError } from "../../../../configs/settings/parse";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { settingsOf } from "../../../support/models";

/** Kinds that do not run as containers, each with a stack file that asks for one on Docker. */
const onlyOnHosts: Partial<Record<Kind, Partial<SettingsInput>>> = {
  keepalived: { keepalived: { virtualAddress: "10.0.0.100" } },
};

/** Kinds whose images have files of their own: backup.Dockerfile and exporter.Dockerfile. */
const inOtherImages: Kind[] = [
  ...(["backup", "repository"] as const),
  ...kinds.filter((kind) => catalogue[kind].isExporter === true),
];

/** Kinds that run beside others, but on Docker not at all: its containers have no disk of their own. */
const notOnDocker: Kind[] = ["nodeexporter"];

describe("images/Dockerfile", () => {
  const targets = [
    ...readFileSync("images/Dockerfile", "utf8").matchAll(/^FROM base AS (\S+)$/gm),
  ].map(([, target = ""]) => target);

  it("has a target for each kind of service that runs as a container, and no other", () => {
    const inContainers = kinds.filter(
      (kind) =>
        onlyOnHosts[kind] === undefined && ![...inOtherImages, ...notOnDocker].includes(kind),
    );
    assert.deepEqual(targets.toSorted(), inContainers.toSorted());
  });

  it("has one for everything in the plan of a cluster on Docker", () => {
    const planned = new Set(planOf(settingsOf()).map(({ kind }) => kind));
    assert.ok(planned.size > 0);
    assert.deepEqual(
      [...planned].filter((kind) => !targets.includes(kind)),
      [],
    );
  });

  it("needs none for what is planned on hosts alone", () => {
    const monitoring = { exporters: true };
    const planned = planOf(settingsOf({ monitoring })).map(({ kind }) => kind);
    assert.ok(planned.includes("postgresexporter"));
    assert.deepEqual(
      notOnDocker.filter((kind) => planned.includes(kind)),
      [],
    );
  });

  for (const [kind, input] of Object.entries(onlyOnHosts))
    it(`needs none for ${kind}, which a stack file cannot have on Docker`, () => {
      assert.throws(
        () => settingsOf({ platform: "docker", ...input }),
        (error) => error instanceof SettingsError && /needs platform: vm/.test(error.message),
      );
    });
});
