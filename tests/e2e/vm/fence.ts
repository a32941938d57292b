import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { eventually } from "../../../lab/writer";

/**
 * What keeps a leader from answering clients when nobody on its host can stop it. Leaves the
 * cluster healthy.
 */
export function fence(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  describe("while the leader's guard itself does not run", () => {
    let leader: string;
    let host: string;
    let other: string;
    before(async () => {
      leader = await cluster.leader();
      host = environment.hostOf(leader);
      other = environment.names.find((name) => name !== host) ?? "";
    });

    const hasFence = async (name: string) =>
      (await environment.run(name, "nft list table inet hapg_fence")).status === 0;

    /** Whether PostgreSQL answers, asked on its host and asked from another. */
    const answers = async () => {
      const { address } = environment.hosts.host(host);
      const [here, there] = await Promise.all([
        environment.run(host, "pg_isready -q -t 3"),
        environment.run(other, `pg_isready -q -t 3 -h ${address}`),
      ]);
      return { here: here.status === 0, there: there.status === 0 };
    };

    /**
     * How curl ends that asks the leader's Patroni from another host: 0, it was answered; 7, it was
     * refused.
     */
    const askPatroni = async () => {
      const { address } = environment.hosts.host(host);
      const { status } = await environment.run(
        other,
        `curl -skm 5 https://${address}:8008/patroni`,
      );
      return status;
    };

    it("has a fence on the leader's host, and no other", async () => {
      for (const name of environment.names) assert.equal(await hasFence(name), name === host, name);
    });

    it("lets PostgreSQL, which runs on, tell clients nothing once its time is over, and refuses who asks Patroni", async () => {
      assert.deepEqual(await answers(), { here: true, there: true });
      assert.equal(await askPatroni(), 0);
      const guard = "$(systemctl show --property MainPID --value patroni)";
      const hang = `guard=${guard}; kill -STOP "$guard" $(pgrep -P "$guard" -x patroni)`;
      await environment.succeed(host, hang);
      try {
        await eventually(20, async () =>
          assert.deepEqual(await answers(), { here: true, there: false }),
        );
        assert.equal(await askPatroni(), 7);
        await eventually(30, async () => assert.notEqual(await cluster.leader(), leader));
        assert.deepEqual(await answers(), { here: true, there: false });
      } finally {
        await environment.succeed(host, hang.replace("STOP", "CONT"));
      }
    });

    it("answers again, as a standby, once the guard runs", async () => {
      await eventually(60, async () =>
        assert.deepEqual(await answers(), { here: true, there: true }),
      );
      await cluster.untilStreaming();
      assert.equal(await hasFence(host), false);
    });
  });
}
