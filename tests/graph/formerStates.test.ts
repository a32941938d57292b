import assert from "node:assert/strict";
import { dockerCluster, vmCluster } from "../support/fixtures";
import { ignored, readState, type State, stateOf, writeState } from "../support/formerState";
import { record } from "../support/mocks";

const clusters = { docker: dockerCluster, vm: vmCluster };

const always = [
  // Runs again where a look finds no network, as in these tests.
  /docker:Platform\$command:local:Command::docker-network$/,
];

/**
 * New members of etcd announce themselves, and PgBouncer's port is in a file of its own: other
 * start scripts and checks.
 */
const announcedByItself = [
  /docker:index\/container:Container::test-(etcd\d|pgbouncer1)$/,
  /Command::cluster-etcd-announce$/,
];

/** What a member starts with is formatted and split since: its label holds a digest of these files. */
const formatted = [/docker:index\/container:Container::test-patroni\d$/];

/** Members have more time zones and locales since: the images are built from other files. */
const images = [
  /docker:index\/remoteImage:RemoteImage::test-(base|etcd|patroni|haproxy|pgbouncer)$/,
];

/** Containers have a limit of open files of their own since, which Docker cannot change later. */
const openFiles = [
  /docker:index\/container:Container::test-(etcd\d|patroni\d|haproxy1|pgbouncer1)$/,
];

/**
 * Versions whose clusters this one takes over, each with what it may replace, and why. A further one is kept by
 * `KEEP_STATE=NAME npx mocha tests/graph/formerStates.test.ts`, NAME being `git rev-parse --short HEAD`.
 */
const versions: Record<string, RegExp[]> = {
  "0012cf2": [...always, ...announcedByItself, ...formatted, ...images, ...openFiles],
  "2552541": [
    ...always,
    ...announcedByItself,
    // Who leads after a stop is decided by a program between guard and Patroni since: another command.
    /docker:index\/container:Container::test-(patroni|etcd)\d$/,
    // Run where etcd can be reached since, not on one host; they leave nothing behind.
    /command:remote:Command::cluster-patroni-(dynamic-config|pending-restarts)$/,
    ...images,
    ...openFiles,
  ],
};

describe("a cluster that an earlier version has made", () => {
  for (const [platform, cluster] of Object.entries(clusters)) {
    const now = async () => stateOf(await record(() => cluster()));

    before(async () => {
      const { KEEP_STATE: name } = process.env;
      if (name !== undefined) writeState(`${name}-${platform}`, await now());
    });

    for (const [version, allowed] of Object.entries(versions))
      it(`of ${version} is taken over on ${platform} without a replacement`, async () => {
        const lost = losses(readState(`${version}-${platform}`), await now());
        const unexplained = lost.filter(({ urn }) => !allowed.some((one) => one.test(urn)));
        assert.deepEqual(
          unexplained.map(({ urn, why }) => `${urn}: ${why}`),
          [],
        );
      });
  }
});

/** What of a former state an update would delete or replace. */
function losses(former: State, now: State): { urn: string; why: string }[] {
  return Object.entries(former).flatMap(([urn, inputs]) => {
    const today = now[urn];
    if (today === undefined) return [{ urn, why: "is deleted" }];
    const properties = [...new Set([...Object.keys(inputs), ...Object.keys(today)])];
    const changed = properties.filter(
      (property) =>
        today[property] !== ignored &&
        JSON.stringify(inputs[property]) !== JSON.stringify(today[property]),
    );
    return changed.length === 0 ? [] : [{ urn, why: `is replaced for ${changed.join(", ")}` }];
  });
}
