import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { patroniCall } from "../../support/patroni";
import { inSeconds, print } from "../../../lab/print";
import { eventually } from "../../../lab/writer";
import { leaderLoss } from "../suites/crash";

/**
 * The loss of the host on which everything began, while it leads: its etcd founded the cluster, and
 * its member is the one that an update speaks to first. Leaves the cluster healthy.
 */
export function hostLoss(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;
  const configOn = (host: string) => environment.succeed(host, "cat /etc/haproxy/haproxy.cfg");
  let former: number;
  let present: number;
  const away = (isAway: boolean) => ({ vm: { hosts: { db1: { away: isAway } } } });

  describe("when the leader's host dies", () => {
    before(async () => {
      const leader = await cluster.leader();
      if (leader !== "patroni1") {
        await patroniCall(environment, leader, "switchover", { leader, candidate: "patroni1" });
      }
      // Its pool would be gone with the host, and with it the connections held open there.
      if ((await environment.addressHolder()) === "db1") {
        await environment.succeed("db1", "systemctl restart keepalived");
      }
      await eventually(30, async () => {
        assert.equal(await cluster.leader(), "patroni1");
        assert.notEqual(await environment.addressHolder(), "db1");
      });
      await cluster.untilStreaming();
    });

    leaderLoss(cluster);

    describe("while it is down", () => {
      it("refuses an update, and says what to do", async () => {
        const output = await cluster.refusedUp();
        assert.match(
          output,
          /vm\.hosts\.db1: deploy@[\d.]+11, port 22 cannot be reached \(.*\); repair the connection, or set away: true/,
        );
      });

      it("updates the others once it is said to be away", async () => {
        former = cluster.parsedSettings.haproxy.checkIntervalMilliseconds;
        present = former - 10;
        cluster.change({ ...away(true), haproxy: { checkIntervalMilliseconds: present } });
        cluster.change({ postgres: { parameters: { log_min_duration_statement: 1234 } } });
        const { seconds } = await cluster.up();
        print(`up while a host is away: ${seconds.toFixed(1)} s`);
        assert.match(await configOn("db2"), new RegExp(`inter ${present}ms`));
        assert.match(await configOn("db3"), new RegExp(`inter ${present}ms`));
        const show = ["psql", "-XqAt", "-U", "postgres", "-c", "SHOW log_min_duration_statement"];
        await eventually(15, async () => {
          assert.equal(await environment.inMember("patroni2", ...show), "1234ms");
        });
      });
    });

    describe("when it is back", () => {
      it("streams again without anybody's help", async () => {
        const started = Date.now();
        await environment.hosts.startAgain("db1");
        await cluster.untilStreaming();
        print(`host started again, until its member streams: ${inSeconds(Date.now() - started)}`);
      });

      it("gets from `up` what it missed", async () => {
        assert.match(await configOn("db1"), new RegExp(`inter ${former}ms`));
        cluster.change(away(false));
        await cluster.up();
        assert.match(await configOn("db1"), new RegExp(`inter ${present}ms`));
        await cluster.stack.succeed("preview", "--expect-no-changes");
      });
    });
  });
}
