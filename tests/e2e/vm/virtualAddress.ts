import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { inSeconds, print } from "../../../lab/print";
import { eventually, query, writingDuring } from "../../../lab/writer";

/** What the virtual address leaves a host for. Leaves all HAProxies running. */
export function virtualAddress(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  describe("when the HAProxy behind the virtual address dies", () => {
    let former: string;
    let present: string;

    it("is reached through another host", async () => {
      former = await environment.addressHolder();
      const { write } = await cluster.strings();
      const { report, lost } = await writingDuring(write, "moving", async () => {
        const started = Date.now();
        await environment.succeed(former, "systemctl stop haproxy");
        present = await eventually(30, async () => {
          const holder = await environment.addressHolder();
          assert.notEqual(holder, former);
          return holder;
        });
        print(`virtual address, until it had moved: ${inSeconds(Date.now() - started)}`);
        await eventually(30, () => query(write, "SELECT 1"));
      });
      print(`for a writer: longest gap ${inSeconds(report.longestGapMilliseconds)}`);
      assert.deepEqual(lost, []);
    });

    it("pools on that host go through another HAProxy", async () => {
      const { address } = environment.hosts.host(former);
      const { pooledWrite } = await cluster.strings();
      const own = pooledWrite.replace(`@${environment.virtualAddress}:`, `@${address}:`);
      await eventually(15, () => query(own, "INSERT INTO moving VALUES (0)"));
    });

    it("leaves the address where it is when that HAProxy is back", async () => {
      await environment.succeed(former, "systemctl start haproxy");
      // Three checks later the host could hold the address again, and a few adverts later it would.
      await pause(7000);
      assert.equal(await environment.addressHolder(), present);
    });
  });

  describe("when the host of the virtual address sees no primary, and others do", () => {
    let blind: string;
    let leader: string;
    /**
     * What HAProxy on that host is told of the member that leads, by the page that a switchover
     * uses.
     */
    const tell = (action: "maint" | "ready") =>
      environment.succeed(
        blind,
        `login=$(sed -n 's/^  user \\(.*\\) insecure-password /\\1:/p' /etc/haproxy/haproxy.cfg)
         curl -sfk -u "$login" -o /dev/null -d "b=primary&s=${leader}&action=${action}" https://127.0.0.1:8404/stats`,
      );

    before(async () => {
      blind = await environment.addressHolder();
      leader = await cluster.leader();
    });
    after(() => tell("ready"));

    it("is reached through another host", async () => {
      const { write } = await cluster.strings();
      const started = Date.now();
      await tell("maint");
      await eventually(60, async () => assert.notEqual(await environment.addressHolder(), blind));
      await eventually(15, () => query(write, "INSERT INTO moving VALUES (1)"));
      print(`no primary seen, until writes went on: ${inSeconds(Date.now() - started)}`);
    });
  });
}
