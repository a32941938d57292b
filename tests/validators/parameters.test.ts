import assert from "node:assert/strict";
import { tryOut, tryOutFolder } from "../support/containers";
import { rightHbaLines, wrongHbaLines } from "../support/hbaLines";
import { imageOf } from "../support/images";
import { alterSystem, parameterCases, refusedOf } from "../support/parameterCases";

const major = 17;

/**
 * PostgreSQL keeps these out of ALTER SYSTEM, or what it takes depends on the machine or on the
 * others.
 */
const elsewhere =
  /^(allow_alter_system|bonjour|maintenance_work_mem|max_stack_depth|max_connections|max_wal_senders|max_worker_processes|autovacuum_max_workers|timezone|log_timezone)$/;

// A sample: all of them take half a minute.
const cases = parameterCases(major).filter(
  ({ name }, i) => i % 6 === 0 && !name.includes(".") && !elsewhere.test(name),
);

const hbaLines = [...rightHbaLines, ...wrongHbaLines.map(({ line }) => line)];

/** Which values Patroni passes on as they are, as JSON. */
const patroniJudges = `
import json, logging, subprocess, sys
from patroni.collections import CaseInsensitiveSet
from patroni.postgresql.validator import transform_postgresql_parameter_value as passed
logging.disable(logging.CRITICAL)
known = subprocess.check_output(["/usr/lib/postgresql/${major}/bin/postgres", "--describe-config"], text=True)
names = CaseInsensitiveSet(line.split("\\t")[0] for line in known.splitlines())
cases = json.load(open("${tryOutFolder}/cases.json"))
print("patroni", json.dumps([passed(${major}0000, n, v, names) == v for n, v in cases]))
`;

const script = `
set -e
export PATH=/usr/lib/postgresql/${major}/bin:$PATH
python3 ${tryOutFolder}/judge.py
initdb --no-sync -D /tmp/data -U postgres -A trust >/dev/null
pg_ctl -s -w -D /tmp/data -l /tmp/log -o "-c listen_addresses= -c fsync=off" start >/dev/null
ask="psql -XqAt -h /var/run/postgresql -U postgres"
$ask -f - <${tryOutFolder}/cases.sql 2>&1 || true
cp ${tryOutFolder}/hba.conf /tmp/data/pg_hba.conf
$ask -c "SELECT 'hba ' || line_number FROM pg_hba_file_rules WHERE type IS NULL"
pg_ctl -s -m immediate -D /tmp/data stop
`;

describe("PostgreSQL and Patroni themselves", function () {
  this.timeout("5m");
  let output = "";

  before(() => {
    const files = {
      "cases.sql": alterSystem(cases),
      "cases.json": JSON.stringify(cases.map(({ name, value }) => [name, value])),
      "hba.conf": `${hbaLines.join("\n")}\n`,
      "judge.py": patroniJudges,
    };
    const installed = Object.entries(files).map(([name, content]) => ({
      path: `${tryOutFolder}/${name}`,
      content,
      mode: 0o600,
    }));
    const ending = tryOut(imageOf("patroni"), installed, ["sh", "-c", script]);
    output = ending.output;
    assert.equal(ending.status, 0, output.slice(-2000));
  });

  it("take the values of parameters that settings take, and no others", () => {
    const refused = refusedOf(cases, output);
    const [, json = "[]"] = /^patroni (.*)$/m.exec(output) ?? [];
    const passed = JSON.parse(json) as boolean[];
    assert.equal(passed.length, cases.length);
    const different = cases.flatMap((one, i) => {
      const isTaken = !refused.has(one) && passed[i] === true;
      return isTaken === one.isTaken
        ? []
        : [
            `${one.name} = '${one.value}': ${refused.get(one) ?? `passed on: ${String(passed[i])}`}`,
          ];
    });
    assert.deepEqual(different, []);
    assert.ok(refused.size > 500 && refused.size < cases.length - 200, String(refused.size));
  });

  it("read the lines of pg_hba.conf that settings take, and not those that are said to be wrong", () => {
    const refused = [...output.matchAll(/^hba (\d+)$/gm)].map(
      ([, line]) => hbaLines[Number(line) - 1] ?? "",
    );
    const wrong = wrongHbaLines.filter(({ takenByServer }) => takenByServer !== true);
    assert.deepEqual(
      refused,
      wrong.map(({ line }) => line),
    );
  });
});
