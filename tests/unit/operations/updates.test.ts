import assert from "node:assert/strict";
import { updatesSchema } from "../../../operations/statusSchema";
import { updatesOf } from "../../../operations/updates";
import type { PackagePlaces } from "../../../platforms/packagePlaces";
import { settingsWith } from "../../support/fixtures";
import { vmInput } from "../../support/models";

const printed = [
  ...["own\tpatroni\t4.0.7-1", "own\tcurl\t8.14.1-2"],
  "newer\tlibssl3t64\t3.5.1-1\t3.5.1-1+deb13u1\tDebian-Security:13/stable-security",
  "newer\tpatroni\t4.0.7-1\t4.0.7-2\tDebian:13.2/stable",
  "",
].join("\n");

/** One place, whose answer is given. */
const one = (output: string, services: string[], status = 0): PackagePlaces => ({
  list: () => Promise.resolve([{ name: "db1", services }]),
  run: () => Promise.resolve({ status, output }),
});

describe("newer packages", () => {
  const onHosts = settingsWith({ ...vmInput(), vm: { ...vmInput().vm, versions: { curl: "1" } } });
  const onDocker = settingsWith();

  it("are those of the services first, and then those of the base system", async () => {
    const found = updatesSchema.parse(await updatesOf(onHosts, one(printed, ["patroni1"])));
    assert.deepEqual(
      found.places[0]?.packages.map(({ name, newer, isSecurity, isOwn }) => [
        ...[name, newer, isSecurity, isOwn],
      ]),
      [
        ["curl", null, false, true],
        ["patroni", "4.0.7-2", false, true],
        ["libssl3t64", "3.5.1-1+deb13u1", true, false],
      ],
    );
  });

  it("come with the settings that install them", async () => {
    const hosts = await updatesOf(onHosts, one(printed, ["patroni1"]));
    assert.deepEqual(hosts.settings, { vm: { versions: { curl: "1", patroni: "4.0.7-2" } } });
    const docker = await updatesOf(onDocker, one(printed, ["patroni1"]), "2026-11-28");
    assert.deepEqual(docker.settings, { docker: { packagesAsOf: "2026-11-28" } });
    const nothing = one("own\tcurl\t8.14.1-2\n", ["patroni1"]);
    assert.equal((await updatesOf(onHosts, nothing)).settings, null);
    assert.equal((await updatesOf(onDocker, nothing)).settings, null);
  });

  it("are not known where a repository does not answer", async () => {
    const found = await updatesOf(onHosts, one("E: Failed to fetch\n", ["patroni1"], 1));
    assert.deepEqual(found.places, [
      { place: "db1", services: ["patroni1"], packages: [], silence: "E: Failed to fetch" },
    ]);
  });
});
