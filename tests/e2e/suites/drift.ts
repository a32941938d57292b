import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { print } from "../../../lab/print";
import { eventually, query } from "../../../lab/writer";

/** Changes behind the program's back, in PostgreSQL. Leaves the cluster as it was. */
export function databaseDrift(cluster: ClusterUnderTest): void {
  const asSuperuser = async (sql: string) => {
    const member = await cluster.leader();
    return cluster.environment.inMember(member, "psql", "-XqAtU", "postgres", "-c", sql, "app");
  };

  describe("when roles and databases are changed by hand", () => {
    it("says in a preview what differs", async () => {
      await asSuperuser("ALTER ROLE app PASSWORD 'by-hand' CONNECTION LIMIT 3");
      await asSuperuser("ALTER DATABASE app OWNER TO postgres");
      const { output } = await cluster.stack.succeed("preview", "--diff");
      assert.match(output, /changed: [^\n]*database app: owner/);
      assert.match(output, /changed: [^\n]*role app: login and connection limit/);
      assert.match(output, /changed: [^\n]*role app: password/);
    });

    it("puts it back by `up`", async () => {
      const { seconds } = await cluster.up();
      print(`up that puts back roles and databases: ${seconds.toFixed(1)} s`);
      const { write } = await cluster.strings();
      const found = "SELECT rolconnlimit, datdba::regrole::text FROM pg_roles, pg_database";
      assert.deepEqual(await query(write, `${found} WHERE rolname = 'app' AND datname = 'app'`), [
        { rolconnlimit: -1, datdba: "app" },
      ]);
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}

/** Changes behind the program's back, in the files of containers. Leaves the cluster as it was. */
export function fileDrift(cluster: ClusterUnderTest): void {
  const { environment } = cluster;

  describe("when files in a container's volume are changed by hand", () => {
    it("says in a preview which, a few seconds later", async () => {
      const haproxyCfg = "/etc/haproxy/haproxy.cfg";
      await environment.inFilesOf("haproxy1", `echo '# by hand' >>${haproxyCfg}`, "");
      await environment.inFilesOf("patroni2", "echo more >/etc/patroni/more", "");
      await eventually(30, async () => {
        const { output } = await cluster.stack.succeed("preview", "--diff");
        assert.match(output, /haproxy1 has changed files: \/etc\/haproxy\/haproxy\.cfg"/);
        assert.match(output, /patroni2 has changed files: \/etc\/patroni\/more"/);
      });
    });

    it("puts them back by `up`, and restarts nothing", async () => {
      const before = await environment.incarnations();
      const { seconds } = await cluster.up();
      print(`up that puts back files in volumes: ${seconds.toFixed(1)} s`);
      assert.deepEqual(await environment.incarnations(), before);
      await environment.inFilesOf("haproxy1", "! grep 'by hand' /etc/haproxy/haproxy.cfg", "");
      await environment.inFilesOf("patroni2", "! test -e /etc/patroni/more", "");
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}
