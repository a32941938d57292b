import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmGround } from "../../../lab/cluster/vmGround";
import { eventually } from "../../../lab/writer";

/** What keeps a leader from answering clients when nobody on its host can stop it. Leaves the cluster whole. */
export function fence(cluster: ClusterUnderTest<VmGround>): void {
  const { ground } = cluster;

  describe("while the leader's guard itself does not run", () => {
    let leader: string;
    let host: string;
    let other: string;
    before(async () => {
      leader = await cluster.leader();
      host = ground.hostOf(leader);
      other = ground.names.find((name) => name !== host) ?? "";
    });

    const hasFence = async (name: string) =>
      (await ground.run(name, "nft list table inet hapg_fence")).status === 0;

    /** Whether PostgreSQL answers, asked on its host and asked from another. */
    const answers = async () => {
      const { address } = ground.hosts.host(host);
      const [here, there] = await Promise.all([
        ground.run(host, "pg_isready -q -t 3"),
        ground.run(other, `pg_isready -q -t 3 -h ${address}`),
      ]);
      return { here: here.status === 0, there: there.status === 0 };
    };

    /** How curl ends that asks the leader's Patroni from another host: 0, it was answered; 7, it was refused. */
    const askPatroni = async () => {
      const { address } = ground.hosts.host(host);
      const { status } = await ground.run(other, `curl -skm 5 https://${address}:8008/patroni`);
      return status;
    };

    it("has a fence on the leader's host, and no other", async () => {
      for (const name of ground.names) assert.equal(await hasFence(name), name === host, name);
    });

    it("lets PostgreSQL, which runs on, tell clients nothing once its time is over, and refuses who asks Patroni", async () => {
      assert.deepEqual(await answers(), { here: true, there: true });
      assert.equal(await askPatroni(), 0);
      const guard = "$(systemctl show --property MainPID --value patroni)";
      const hang = `guard=${guard}; kill -STOP "$guard" $(pgrep -P "$guard" -x patroni)`;
      await ground.succeed(host, hang);
      try {
        await eventually(20, async () =>
          assert.deepEqual(await answers(), { here: true, there: false }),
        );
        assert.equal(await askPatroni(), 7);
        await eventually(30, async () => assert.notEqual(await cluster.leader(), leader));
        assert.deepEqual(await answers(), { here: true, there: false });
      } finally {
        await ground.succeed(host, hang.replace("STOP", "CONT"));
      }
    });

    it("answers again, as a standby, once the guard runs", async () => {
      await eventually(60, async () =>
        assert.deepEqual(await answers(), { here: true, there: true }),
      );
      await cluster.whole();
      assert.equal(await hasFence(host), false);
    });
  });
}
