import assert from "node:assert/strict";
import { foundingOf } from "../../../configs/patroni/founding";
import type { Disk } from "../../../platforms/disks";
import type { RunningCluster } from "../../../platforms/platform";
import { diskProblems, startOf } from "../../../platforms/start";
import { settingsOf } from "../../support/models";

const running = (leader: string | undefined): RunningCluster => ({
  leader,
  dynamicConfig: {},
  founding: undefined,
  trust: [],
  pendingRestart: [],
});
const etcd1: Disk = { service: "etcd1", holds: "etcd" };
const member = (service: string, more: Partial<Disk> = {}): Disk => ({
  service,
  holds: "postgres",
  major: 17,
  system: "1",
  ...more,
});
const nothing = { isCold: false, foundsPostgres: false, foundsEtcd: false };

describe("from where an update begins", () => {
  it("is a founding where no disk holds anything", () => {
    assert.deepEqual(startOf(undefined, []), {
      isCold: false,
      foundsPostgres: true,
      foundsEtcd: true,
    });
  });

  it("is a founding of PostgreSQL alone where etcd was founded and the update cut short", () => {
    assert.deepEqual(startOf(undefined, [etcd1]), { ...nothing, foundsPostgres: true });
  });

  it("is a cold start where any member's disk holds data", () => {
    const cold = { ...nothing, isCold: true };
    assert.deepEqual(startOf(undefined, [member("patroni7")]), cold);
    assert.deepEqual(startOf(undefined, [etcd1, member("patroni2")]), cold);
    assert.deepEqual(startOf(running(undefined), []), cold);
  });

  it("is a cluster that is led, whatever the disks hold", () => {
    assert.deepEqual(startOf(running("patroni2"), []), nothing);
  });

  it("is no founding while a disk could not be looked at", () => {
    assert.deepEqual(startOf(undefined, [], false), nothing);
    assert.deepEqual(startOf(undefined, [etcd1], false), nothing);
  });
});

describe("kept data that the settings do not fit", () => {
  const settings = settingsOf();
  const problems = (...disks: Disk[]) => diskProblems(settings, disks);

  it("is none where it fits", () => {
    const founding = foundingOf(settings);
    assert.deepEqual(problems(etcd1, member("patroni1", { founding }), member("patroni2")), []);
    assert.deepEqual(problems(), []);
    assert.deepEqual(problems(etcd1), []);
  });

  it("is of another version, locale or cluster", () => {
    const [version] = problems(etcd1, member("patroni2", { major: 16 }));
    assert.equal(version?.path, "postgres.version");
    assert.match(version.message, /was founded with 16 and cannot change to 17/);
    const founding = { ...foundingOf(settings), initdb_locale: "de_DE.UTF-8" };
    const [locale] = problems(etcd1, member("patroni1"), member("patroni3", { founding }));
    assert.equal(locale?.path, "postgres.initdb.locale");
    const [foreign] = problems(etcd1, member("patroni1"), member("patroni3", { system: "2" }));
    assert.match(foreign?.message ?? "", /different clusters \(.*patroni1 1, patroni3 2\)/);
  });

  it("is without etcd's", () => {
    const [lost] = problems(member("patroni1"), member("patroni2"));
    assert.match(lost?.message ?? "", /etcd has lost its data, and patroni1, patroni2 have data/);
  });
});
