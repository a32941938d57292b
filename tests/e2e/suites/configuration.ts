import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { inSeconds, print } from "../../../lab/print";
import { query, writingDuring } from "../../../lab/writer";

/** Patroni's and PostgreSQL's configuration of a cluster that runs. Leaves the cluster healthy. */
export function configuration(cluster: ClusterUnderTest): void {
  const { environment, memberNames: names } = cluster;
  /** A parameter's value on each member. */
  const onEach = (parameter: string) =>
    Promise.all(
      names.map((member) =>
        environment.inMember(member, "psql", "-XqAt", "-U", "postgres", "-c", `SHOW ${parameter}`),
      ),
    );
  const running = () => environment.incarnations();
  const patronictl = (...words: string[]) =>
    environment.inMember("patroni2", "patronictl", "-c", "/etc/patroni/patroni.yml", ...words);

  describe("when its configuration changes", () => {
    it("shows in a preview what was edited by hand, and `up` puts it back", async () => {
      await patronictl("edit-config", "--force", "-s", "ttl=33", "-p", "work_mem=9MB");
      const preview = await cluster.stack.succeed("preview", "--diff");
      assert.match(preview.output, /ttl is 33, not 20; postgresql\.parameters\.work_mem is/);
      await cluster.up();
      assert.match(await patronictl("show-config"), /^ttl: 20$/m);
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });

    it("leaves alone what was set by hand and is not in the stack file", async () => {
      await patronictl("edit-config", "--force", "-p", "log_connections=on");
      await cluster.stack.succeed("preview", "--expect-no-changes");
      assert.match(await patronictl("show-config"), /log_connections: true/);
    });

    it("touches no member for a library that is not installed, and goes on with the former file", async () => {
      const before = await running();
      // A preview leaves the judgement of a library with a path to PostgreSQL itself.
      const library = { postgres: { parameters: { shared_preload_libraries: "/opt/pg_cron" } } };
      const output = await cluster.whileChanged(library, () => cluster.refusedUp());
      assert.match(
        output,
        /postgres\.parameters\.shared_preload_libraries: could not access file "\/opt\/pg_cron"/,
      );
      assert.deepEqual(await running(), before);
      assert.doesNotMatch(await patronictl("show-config"), /pg_cron/);
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });

    for (const [what, connections] of [
      ["raised", 130],
      ["lowered", 110],
    ] as const) {
      it(`restarts members one by one for a parameter that is ${what}, and loses nothing`, async () => {
        const { write } = await cluster.strings();
        const before = await running();
        cluster.change({ postgres: { parameters: { max_connections: connections } } });
        const { result, report, lost } = await writingDuring(write, `max_${what}`, () =>
          cluster.up(),
        );
        print(
          `max_connections ${what}: ${result.seconds.toFixed(1)} s, ` +
            `longest gap ${inSeconds(report.longestGapMilliseconds)}`,
        );
        assert.deepEqual(
          await onEach("max_connections"),
          names.map(() => String(connections)),
        );
        assert.deepEqual(lost, []);
        // PostgreSQL was restarted, the services were not.
        assert.deepEqual(await running(), before);
        await cluster.untilStreaming();
      });
    }

    it("restarts nothing when a reload is enough", async () => {
      const started = () =>
        Promise.all(
          names.map((member) =>
            environment.inMember(
              ...([member, "psql", "-XqAt", "-U", "postgres", "-c"] as const),
              "SELECT pg_postmaster_start_time()",
            ),
          ),
        );
      const before = await started();
      cluster.change({ postgres: { parameters: { max_connections: 110, work_mem: "5MB" } } });
      const { seconds } = await cluster.up();
      print(`a parameter that needs a reload only: ${seconds.toFixed(1)} s`);
      assert.deepEqual(await onEach("work_mem"), ["5MB", "5MB", "5MB"]);
      assert.deepEqual(await started(), before);
    });

    it("takes back a parameter that has left the stack file", async () => {
      cluster.change({ postgres: { parameters: { work_mem: undefined } } });
      await cluster.up();
      const rows = await query<{ work_mem: string }>(
        (await cluster.strings()).write,
        "SHOW work_mem",
      );
      assert.notEqual(rows[0]?.work_mem, "5MB");
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}
