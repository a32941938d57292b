import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { TestCertificate } from "../support/certificates";
import { DockerTrials, type Changes } from "../support/trials";

/** The part of patroni.yml that all members share. */
interface Shared {
  ttl: number;
  postgresql: { parameters: Record<string, unknown>; pg_hba: string[] };
}

describe("the trials before an update", function () {
  this.timeout(600_000);
  let trials: DockerTrials;
  before(async () => {
    trials = await DockerTrials.with(await TestCertificate.authority());
  });

  /** What is complained of; empty if the files pass. */
  const complaints = async (kind: "postgres" | "haproxy" | "pgbouncer", changes: Changes = {}) => {
    const { status, output } = await trials.run(kind, changes);
    const lines = output.split("\n").flatMap((line) => /^ {2}\| (.*)/.exec(line)?.[1] ?? []);
    assert.equal(status === 0, lines.length === 0, output);
    return lines;
  };
  // Past the rules of the stack file, which may refuse the same earlier.
  const patroniYml = (change: (shared: Shared) => void): Changes => ({
    files: {
      "patroni.yml": (content) => {
        const config = parse(content, { version: "1.1" }) as { bootstrap: { dcs: Shared } };
        change(config.bootstrap.dcs);
        return stringify(config, { version: "1.1" });
      },
    },
  });
  const parameters = (added: Record<string, unknown>) =>
    patroniYml(({ postgresql }) => Object.assign(postgresql.parameters, added));

  it("let files with many settings pass", async () => {
    const input: Changes["input"] = {
      patroni: { synchronousMode: "quorum" },
      postgres: {
        parameters: {
          // Fewer than a new cluster has: a standby must have as many as its primary.
          max_connections: 50,
          shared_preload_libraries: "pg_stat_statements",
          "pg_stat_statements.max": 2000,
          archive_mode: "on",
          archive_command: "touch /tmp/archived",
          autovacuum: true,
        },
        hba: ["hostssl all all 10.0.0.0/8 scram-sha-256"],
        initdb: { walSegmentMegabytes: 64 },
      },
    };
    for (const kind of ["postgres", "haproxy", "pgbouncer"] as const) {
      assert.deepEqual(await complaints(kind, { input }), [], kind);
    }
  });

  it("show what PostgreSQL and Patroni say to their files, with the settings' paths", async () => {
    const changes = patroniYml((shared) => {
      shared.ttl = 5;
      shared.postgresql.pg_hba.push("hostssl all all 10.0.0.0/8 scram", "hast all all all trust");
    });
    assert.deepEqual(await complaints("postgres", changes), [
      "patroni.yml: bootstrap.dcs.ttl 5 didn't pass validation: Wrong value",
      'postgres.hba: hostssl all all 10.0.0.0/8 scram: invalid authentication method "scram"',
      'postgres.hba: hast all all all trust: invalid connection type "hast"',
    ]);
  });

  const refused: [string, Record<string, unknown>, RegExp][] = [
    ["a unit that there is not", { work_mem: "64MBs" }, /^postgres\.parameters\.work_mem: .*64MBs/],
    [
      "a parameter that there is not",
      { max_conections: 300 },
      /^postgres\.parameters\.max_conections: unrecognized configuration parameter/,
    ],
    [
      "a library that is not installed",
      { shared_preload_libraries: "pg_cron" },
      /^postgres\.parameters\.shared_preload_libraries: could not access file "pg_cron"/,
    ],
    [
      "what only a primary can do",
      { default_transaction_isolation: "serializable" },
      /^postgres\.parameters\.default_transaction_isolation: cannot use .* on a standby$/,
    ],
    [
      "what goes together with nothing else",
      { wal_level: "minimal" },
      /^postgres\.parameters\.\w+: WAL streaming .* requires "wal_level"/,
    ],
    [
      "a parameter that a library does not have",
      {
        shared_preload_libraries: "pg_stat_statements",
        "pg_stat_statements.maximum": 1,
      },
      /^postgres\.parameters\.pg_stat_statements\.maximum: invalid configuration parameter name/,
    ],
  ];
  for (const [what, added, expected] of refused) {
    it(`refuse ${what}`, async () => {
      const [first = "", ...others] = await complaints("postgres", parameters(added));
      assert.match(first, expected);
      assert.deepEqual(others, []);
    });
  }

  const limited = (maximum: number) => `--ulimit nofile=${maximum}:${maximum}`;

  it("refuse more connections than HAProxy may open files for", async () => {
    const input = { haproxy: { maxConnections: 3000 } };
    const [first = ""] = await complaints("haproxy", { input, options: limited(4096) });
    assert.equal(first, "haproxy.maxConnections: more than the limit of open files allows for.");
    assert.deepEqual(await complaints("haproxy", { input, options: limited(8192) }), []);
  });

  it("refuse more connections than PgBouncer may open files for", async () => {
    const input = { pgbouncer: { maxClientConnections: 5000 } };
    const [first = ""] = await complaints("pgbouncer", { input, options: limited(4096) });
    assert.match(first, /^pgbouncer\.maxClientConnections: \d+ open files .* limit is 4096\.$/);
  });

  it("refuse what HAProxy and PgBouncer do not know", async () => {
    const [ofRouter = ""] = await complaints("haproxy", {
      files: { "haproxy.cfg": (content) => `${content}frontend x\n  blind :1\n` },
    });
    assert.match(ofRouter, /unknown keyword 'blind'/);
    const [ofPool = ""] = await complaints("pgbouncer", {
      files: { "pgbouncer.ini": (content) => `${content}pool_sise = 5\n` },
    });
    assert.match(ofPool, /pool_sise/);
  });
});
