import assert from "node:assert/strict";
import { archiveClient, repositoryName } from "../../configs/backup/identities";
import { archiveParameters } from "../../configs/backup/archiveCommand";
import { renderMemberConf, renderRepositoryConf } from "../../configs/backup/pgbackrestConf";
import { renderRestorePlan } from "../../configs/backup/restorePlan";
import { paths } from "../../configs/cluster/paths";
import type { SettingsInput } from "../../configs/settings/schema";
import { archive, restoreMember } from "../../programs/programs";
import { TestCertificate } from "../support/certificates";
import { Sandbox } from "../support/containers";
import { settingsWith } from "../support/fixtures";
import { backupImage } from "../support/images";
import { ObjectStorage } from "../support/objectStorage";

const bin = paths.pgBin(17);
const data = paths.pgData(17);

/**
 * pgBackRest with the files that members and the repository get, and storage with a certificate of
 * its own CA. The repository backs up a PostgreSQL beside itself; the member restores it.
 */
describe("a repository in S3-compatible storage", function () {
  this.timeout("3m");
  const sandbox = new Sandbox();
  let storage: ObjectStorage;
  let image: string;
  let stanza: string;
  const backup = () => ({ enabled: true, s3: storage.settings as { endpoint: string } });
  const settings = (more: object = {}) =>
    settingsWith({
      backup: { ...backup(), ...more } as SettingsInput["backup"],
      restore: { id: "first" },
    });

  const inside = (service: string, script: string): string => {
    const { status, output } = sandbox.execute(service, "bash", "-euc", `cd /tmp; ${script}`);
    assert.equal(status, 0, `${script}: ${output}`);
    return output.trim();
  };
  const pgbackrest = (words: string, conf: string = paths.repositoryConf) =>
    `pgbackrest --config=${conf} --log-level-console=error --stanza=${stanza} ${words}`;
  const local = `--pg1-path=${data} --pg1-socket-path=/run/postgresql --pg1-user=postgres`;

  before(async () => {
    image = backupImage();
    storage = await ObjectStorage.start(`${sandbox.network}-storage`, sandbox.network, image);
    const authority = await TestCertificate.authority();
    const names = ["repository1", "localhost"];
    const ofRepository = await authority.sign({ names, commonName: repositoryName });
    const ofArchive = await authority.sign({ commonName: archiveClient });
    const file = (path: string, content: string, mode = 0o600) => ({ path, content, mode });
    const { ca } = storage.settings as { ca: string };
    sandbox.start("repository1", {
      image,
      configDirectory: paths.repositoryConfig,
      dataDirectory: paths.postgresData,
      files: [
        file(paths.repositoryConf, renderRepositoryConf({ settings: settings() }, "k".repeat(64))),
        file(paths.caOf(paths.repositoryConfig), authority.certificate),
        file(paths.identityOf(paths.repositoryConfig), ofRepository.identity),
        file(paths.repositoryStorageCa, ca),
      ],
      command: ["pgbackrest", `--config=${paths.repositoryConf}`, "server"],
    });
    const repository = { name: "repository1", address: "repository1" };
    sandbox.start("patroni1", {
      image,
      configDirectory: paths.patroniConfig,
      dataDirectory: paths.postgresData,
      files: [
        file(paths.archiveConf, renderMemberConf({ settings: settings(), repository })),
        file(paths.caOf(paths.patroniConfig), authority.certificate),
        file(paths.archiveIdentity, ofArchive.identity),
        file(paths.archive, archive),
        file(paths.restoreMember, restoreMember),
        file(paths.restorePlan, renderRestorePlan(settings()) ?? ""),
      ],
      command: ["sleep", "600"],
    });
    inside("repository1", `mkdir -p ${data}; ${bin}/initdb -D ${data} -A trust >/dev/null`);
    const identifier = `${bin}/pg_controldata ${data} | sed -n 's/.*system identifier: *//p'`;
    stanza = `test-${inside("repository1", identifier)}`;
    const push = pgbackrest(`--pg1-path=${data} archive-push %p`);
    const options = `-c archive_mode=on -c listen_addresses= -c archive_command='${push}'`;
    inside(
      "repository1",
      `${bin}/pg_ctl -w -D ${data} -l /tmp/log -o "${options}" start >/dev/null`,
    );
  });
  after(() => {
    storage.remove();
    sandbox.remove();
  });

  it("takes WAL and a backup", () => {
    inside("repository1", pgbackrest(`${local} stanza-create`));
    inside("repository1", "psql -Xqc 'CREATE TABLE kept AS SELECT 1 AS i'");
    inside("repository1", pgbackrest(`${local} --type=full backup`));
    inside("repository1", "psql -Xqc 'INSERT INTO kept VALUES (2)'");
    inside("repository1", pgbackrest(`${local} check`));
    assert.match(inside("repository1", pgbackrest("info")), /full backup: .*F$/m);
    const files = inside("repository1", "find / -name 'backup.info*' 2>/dev/null || true");
    assert.equal(files, "", "the repository is on the disk");
  });

  it("is refused with a CA that has not signed the storage's certificate", () => {
    const conf = "/tmp/other.conf";
    // It tries again for as long as that.
    const refused = pgbackrest("--io-timeout=2 info", conf);
    inside("repository1", `grep -v storage-ca ${paths.repositoryConf} >${conf}`);
    const { output } = sandbox.execute("repository1", "sh", "-c", refused);
    assert.match(output, /CryptoError|unable to verify certificate/);
    inside("repository1", `echo repo1-storage-verify-tls=n >>${conf}`);
    assert.match(inside("repository1", pgbackrest("info", conf)), /full backup/);
  });

  it("is restored by a member, which has no access to the storage", () => {
    const conf = inside("patroni1", `cat ${paths.archiveConf}`);
    assert.doesNotMatch(conf, /s3|storage/);
    inside("patroni1", `python3 ${paths.restoreMember}`);
    assert.match(inside("patroni1", `cat ${data}/hapg-restore.json`), /"id": "first"/);
    const command = String(archiveParameters(settings()).archive_command).replaceAll('"', "");
    const options = `-c archive_mode=on -c listen_addresses= -c archive_command='${command}'`;
    inside("patroni1", `${bin}/pg_ctl -w -D ${data} -l /tmp/log -o "${options}" start >/dev/null`);
    const inRecovery = () => inside("patroni1", "psql -XqAtc 'SELECT pg_is_in_recovery()'") === "t";
    sandbox.waitFor("patroni1", 30, () => !inRecovery());
    assert.equal(inside("patroni1", "psql -XqAtc 'SELECT count(*) FROM kept'"), "2");
  });

  it("gets the WAL of the restored data on its own timeline, sent by the member", () => {
    inside("patroni1", "psql -Xqc 'INSERT INTO kept VALUES (3)' -c 'SELECT pg_switch_wal()'");
    const listed = () => inside("repository1", pgbackrest("repo-ls archive --recurse"));
    sandbox.waitFor("patroni1", 30, () => /\/00000002[0-9A-F]{16}-/.test(listed()));
    assert.match(listed(), /00000002\.history/);
  });
});
