import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { withoutFailures } from "../../../lab/cluster/withoutFailures";
import { updatesOf } from "../../../operations/updates";
import { packagesOf } from "../../../platforms/byPlatform";
import { VmReach } from "../../../platforms/vm/vmReach";
import { print } from "../../../lab/print";

const hosts = ["db1", "db2", "db3"];

/** The same program under a higher number, in a repository on the host itself. */
const renumbered = `
mkdir -p /srv/hapg-repository/content
cd /srv/hapg-repository
apt-get -q update >/dev/null
apt-get -q download patroni=$(dpkg-query -W -f '\${Version}' patroni) >/dev/null
dpkg-deb -R patroni_*.deb content
rm patroni_*.deb
sed -i 's/^Version: .*/&+hapg1/' content/DEBIAN/control
dpkg-deb -b content patroni.deb >/dev/null
{ dpkg-deb -f patroni.deb
  echo "Filename: ./patroni.deb"
  echo "Size: $(stat -c %s patroni.deb)"
  echo "SHA256: $(sha256sum patroni.deb | cut -d ' ' -f 1)"; } >Packages
echo "deb [trusted=yes] file:/srv/hapg-repository ./" >/etc/apt/sources.list.d/renumbered.list
`;

const removed = "rm -rf /etc/apt/sources.list.d/renumbered.list /srv/hapg-repository";

/** Newer packages, from a repository of renumbered ones. Leaves the cluster with its former ones. */
export function packages(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;
  const installed = () =>
    Promise.all(
      hosts.map((host) => environment.succeed(host, "dpkg-query -W -f '${Version}' patroni")),
    );

  describe("when a repository has newer packages", () => {
    let former = "";
    before(async () => {
      [former = ""] = await installed();
      await Promise.all(hosts.map((host) => environment.succeed(host, renumbered)));
    });
    after(() => Promise.all(hosts.map((host) => environment.succeed(host, removed))));

    it("shows them, and says how they are installed", async () => {
      const settings = cluster.parsedSettings;
      const reach = new VmReach(settings);
      try {
        const found = await updatesOf(settings, packagesOf(settings, reach));
        for (const { place, silence, packages: all } of found.places) {
          assert.equal(silence, null, place);
          const patroni = all.find(({ name }) => name === "patroni");
          const newer = `${former}+hapg1`;
          const expected = { installed: former, newer, isSecurity: false, isOwn: true };
          assert.deepEqual(patroni, { name: "patroni", ...expected });
        }
        const { versions } = found.settings?.vm as { versions: Record<string, string> };
        assert.equal(versions.patroni, `${former}+hapg1`);
      } finally {
        await reach.close();
      }
      assert.deepEqual(new Set(await installed()), new Set([former]), "nothing was changed");
    });

    it("installs them one member at a time, without a failed transaction of the pool", async () => {
      for (const version of [`${former}+hapg1`, former]) {
        const before = await environment.incarnations();
        cluster.change({ vm: { versions: { patroni: version } } });
        const { seconds } = await withoutFailures(cluster, `patroni ${version}`, () =>
          cluster.up(),
        );
        print(`up that installs another version of Patroni: ${seconds.toFixed(1)} s`);
        assert.deepEqual(new Set(await installed()), new Set([version]));
        const after = await environment.incarnations();
        const restarted = Object.keys(after).filter((name) => after[name] !== before[name]);
        assert.deepEqual(restarted.sort(), cluster.memberNames);
        await cluster.untilStreaming();
      }
    });
  });
}
