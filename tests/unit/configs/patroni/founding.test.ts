import assert from "node:assert/strict";
import { foundingOf, foundingProblems } from "../../../../configs/patroni/founding";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { settingsOf } from "../../../support/models";

const settings = (postgres: SettingsInput["postgres"] = {}) => settingsOf({ postgres });

describe("what a cluster is founded with", () => {
  it("cannot change afterwards: each such setting is named, with a way out", () => {
    const noted = foundingOf(settings({ version: 16, initdb: { locale: "de_DE.UTF-8" } }));
    const problems = foundingProblems(settings({ initdb: { dataChecksums: false } }), noted);
    assert.deepEqual(problems.map(({ path }) => path).sort(), [
      "postgres.initdb.dataChecksums",
      "postgres.initdb.locale",
      "postgres.version",
    ]);
    assert.match(
      problems.find(({ path }) => path === "postgres.version")?.message ?? "",
      /^the cluster was founded with 16 and cannot change to 17; keep it, or create a new cluster/,
    );
  });

  it("says in words what to do with a cluster of an earlier version, which did not encrypt", () => {
    const { encrypted, ...noted } = foundingOf(settings());
    assert.equal(encrypted, true);
    assert.deepEqual(foundingProblems(settings(), noted), [
      {
        path: "",
        message:
          "The cluster was founded without encryption between its members, which cannot be turned on while it runs; " +
          "create a new cluster under another clusterName and move the data with dump and restore",
      },
    ]);
  });

  it("has its keys in etcd at one place, which Patroni takes over at a start only", () => {
    const moved = settingsOf({ patroni: { namespace: "/other/" } });
    const { namespace, ...before } = foundingOf(settings());
    assert.equal(namespace, "/service/");
    assert.deepEqual(
      foundingProblems(moved, { ...before, namespace }).map(({ path }) => path),
      ["patroni.namespace"],
    );
    // A cluster of an earlier version has no note of it.
    assert.deepEqual(foundingProblems(moved, before), []);
  });

  it("may be asked for again", () => {
    const same = settings({ version: 16, members: 5, initdb: { lcCollate: "C" } });
    const noted = foundingOf(settings({ version: 16, initdb: { lcCollate: "C" } }));
    assert.deepEqual(foundingProblems(same, noted), []);
  });

  it("includes options that were left out then and are set now", () => {
    const problems = foundingProblems(
      settings({ initdb: { lcCtype: "C" } }),
      foundingOf(settings()),
    );
    assert.deepEqual(
      problems.map(({ path, message }) => [path, message.split(";")[0]]),
      [["postgres.initdb.lcCtype", 'the cluster was founded with none and cannot change to "C"']],
    );
  });
});
