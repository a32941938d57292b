import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../../lab/writer";
import { TestCertificate } from "../../support/certificates";
import { freePort } from "../../support/freePort";

const programs = join(__dirname, "..", "..", "..", "programs");

/** What stands in for the repository: it runs until it is ended, and reports what is in a file. */
const repository = `
import os, sys, time
here = os.path.dirname(os.path.abspath(__file__))
def main(words):
    open(os.path.join(here, "serves"), "w").close()
    time.sleep(60)
if __name__ == "__main__":
    sys.stdout.write(open(os.path.join(here, "report.json")).read())
`;

const backup = (type: string, stop: number) => ({ type, stop, bytes: 7e9 });

/** What a repository reports in which all is well. */
const healthy = {
  now: 1764000000,
  problem: null,
  lastAttempt: { type: "incr", start: 10, stop: 20, error: null },
  rehearsal: { start: 5, stop: 6, error: null },
  isRunning: false,
  dueSince: null,
  disk: { bytes: 100, freeBytes: 60 },
  backups: [backup("full", 100), backup("incr", 200), backup("incr", 300)],
  gaps: [],
};

describe("the metrics of the repository", function () {
  this.timeout(20_000);
  let authority: TestCertificate;
  let folder: string;
  let port: number;
  let running: ChildProcess | undefined;

  before(async () => {
    authority = await TestCertificate.authority();
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "hapg-metrics-"));
    copyFileSync(join(programs, "backup", "metrics.py"), join(folder, "metrics.py"));
    copyFileSync(join(programs, "exposition.py"), join(folder, "exposition.py"));
    writeFileSync(join(folder, "repository.py"), repository);
    writeFileSync(join(folder, "ca.pem"), authority.certificate);
    const own = await authority.sign({ names: ["repository1", "localhost"] });
    writeFileSync(join(folder, "identity.pem"), own.identity);
    port = await freePort();
  });
  afterEach(() => {
    running?.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  const start = (report: string) => {
    writeFileSync(join(folder, "report.json"), report);
    const words = [join(folder, "metrics.py"), String(port), "1.2", "haproxy1", "haproxy2"];
    running = spawn("python3", ["-B", ...words], { stdio: "inherit" });
  };

  /** The page, or the error of the connection, for a client with a certificate of these names. */
  async function page(
    names: string[] | undefined,
    path = "/metrics",
    signer = authority,
  ): Promise<string> {
    const client = names === undefined ? undefined : (await signer.sign({ names })).identity;
    return new Promise((resolve) => {
      const options = { port, path, host: "localhost", ca: authority.certificate, agent: false };
      const proof = client === undefined ? {} : { cert: client, key: client };
      request({ ...options, ...proof }, (answer) => {
        let text = "";
        answer.on("data", (data: Buffer) => (text += data.toString()));
        answer.on("end", () => resolve(answer.statusCode === 200 ? text : "no page"));
      })
        .on("error", ({ message }) => resolve(`error: ${message}`))
        .end();
    });
  }

  const reported = (metric: RegExp) =>
    eventually(10, async () => assert.match(await page(["haproxy2"]), metric));

  it("are those of the last report", async () => {
    start(JSON.stringify(healthy));
    await reported(/^hapg_backup_readable 1\.0$/m);
    const text = await page(["haproxy2"]);
    for (const line of [
      "hapg_backup_failed 0.0",
      "hapg_backup_due_since_seconds 0.0",
      "hapg_backup_backups 3.0",
      'hapg_backup_stop_time_seconds{type="full"} 100.0',
      'hapg_backup_stop_time_seconds{type="incr"} 300.0',
      "hapg_backup_disk_free_bytes 60.0",
      "hapg_backup_archive_gaps 0.0",
      "hapg_backup_report_time_seconds 1764000000.0",
    ])
      assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
  });

  it("say so when the repository cannot be read, and when a backup was cut short", async () => {
    const { backups, gaps, ...rest } = healthy;
    assert.ok(backups.length > gaps.length);
    const lastAttempt = { type: "full", start: 10 };
    start(JSON.stringify({ ...rest, problem: "no such file", disk: null, lastAttempt }));
    await reported(/^hapg_backup_report_time_seconds /m);
    const text = await page(["haproxy1"]);
    assert.match(text, /^hapg_backup_readable 0\.0$/m);
    assert.match(text, /^hapg_backup_failed 1\.0$/m);
    assert.doesNotMatch(text, /hapg_backup_(backups|archive_gaps|disk_bytes) /);
  });

  it("are there without a report too", async () => {
    start("Traceback");
    await reported(/^hapg_backup_readable 0\.0$/m);
    assert.doesNotMatch(await page(["haproxy1"]), /report_time/);
  });

  it("are for clients with HAProxy's certificate, and there is no other page", async () => {
    start(JSON.stringify(healthy));
    await reported(/^hapg_backup_readable 1\.0$/m);
    assert.match(await page(undefined), /^error/);
    assert.match(await page(["patroni1"]), /^error/);
    assert.equal(await page(["haproxy1"], "/identity.pem"), "no page");
    const stranger = await TestCertificate.authority("another CA");
    assert.match(await page(["haproxy1"], "/metrics", stranger), /^error/);
  });
});
