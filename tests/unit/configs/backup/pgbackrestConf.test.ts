import assert from "node:assert/strict";
import {
  memberOptions,
  renderMemberConf,
  renderReaderConf,
  renderRepositoryConf,
} from "../../../../configs/backup/pgbackrestConf";
import { renderRepositoryPlan } from "../../../../configs/backup/repositoryPlan";
import { dynamicConfig } from "../../../../configs/patroni/dynamicConfig";
import { topologyOf } from "../../../../configs/cluster/topology";
import { settingsWith } from "../../../support/fixtures";
import { assertGolden } from "../../../support/golden";

const settings = settingsWith({ backup: { enabled: true } });
const topology = topologyOf(settings);
const [repository] = topology.repositories;
const networks = { clusterNetworks: ["samenet"], clientNetworks: [] };

describe("the files of pgBackRest", () => {
  it("are those of the golden files", () => {
    assert.ok(repository);
    assertGolden("pgbackrest-member.conf", renderMemberConf({ settings, repository }));
    assertGolden("pgbackrest-reader.conf", renderReaderConf({ settings }));
    assertGolden("pgbackrest-repository.conf", renderRepositoryConf({ settings }, "KEY"));
    assertGolden("repository-plan.json", renderRepositoryPlan(settings, topology));
  });

  it("give the key to the repository alone", () => {
    assert.ok(repository);
    assert.match(renderRepositoryConf({ settings }, "KEY"), /^repo1-cipher-pass=KEY$/m);
    for (const other of [
      renderMemberConf({ settings, repository }),
      renderReaderConf({ settings }),
    ])
      assert.doesNotMatch(other, /cipher/);
  });

  it("send the repository to S3-compatible storage, if the stack file names one", () => {
    const s3 = { endpoint: "s3.example", bucket: "backups", key: "ID", keySecret: "SECRET" };
    const rendered = (more: object = {}) => {
      const other = settingsWith({ backup: { enabled: true, s3: { ...s3, ...more } } });
      return renderRepositoryConf({ settings: other }, "KEY");
    };
    assertGolden("pgbackrest-storage.conf", rendered());
    assert.doesNotMatch(rendered(), /^repo1-(path=\/var|storage)/m);
    const own = rendered({
      ...{ endpoint: "storage.internal:8333", pathStyle: true, path: "/shop", region: "eu" },
      ca: "-----BEGIN CERTIFICATE-----",
    });
    for (const line of [
      ...["repo1-s3-endpoint=storage.internal", "repo1-storage-port=8333", "repo1-path=/shop"],
      ...["repo1-s3-uri-style=path", "repo1-s3-region=eu"],
      "repo1-storage-ca-file=/etc/hapg-repository/storage-ca.pem",
    ])
      assert.ok(own.split("\n").includes(line), line);
    assert.match(rendered({ verify: false }), /^repo1-storage-verify-tls=n$/m);
  });

  it("let only the repository read members, and only members write to the repository", () => {
    assert.match(renderReaderConf({ settings }), /^tls-server-auth=hapg-repository=\*$/m);
    assert.match(renderRepositoryConf({ settings }, "KEY"), /^tls-server-auth=hapg-archive=\*$/m);
  });

  it("name every member", () => {
    const options = memberOptions(settings, topology.backups);
    assert.deepEqual(
      [1, 2, 3].map((i) => options[`PGBACKREST_PG${i}_HOST`]),
      ["backup1", "backup2", "backup3"],
    );
  });

  it("change no parameter of a cluster without backups", () => {
    const { parameters } = dynamicConfig(settingsWith(), networks).postgresql as {
      parameters: Record<string, unknown>;
    };
    assert.deepEqual(
      Object.keys(parameters).filter((name) => name.startsWith("archive")),
      [],
    );
  });

  it("archive within the time of the settings", () => {
    const { parameters } = dynamicConfig(
      settingsWith({ backup: { enabled: true, archiveTimeoutSeconds: 20 } }),
      networks,
    ).postgresql as { parameters: Record<string, unknown> };
    assert.equal(parameters.archive_mode, "on");
    assert.equal(parameters.archive_timeout, "20s");
    assert.equal(parameters.archive_command, 'sh /etc/patroni/pgbackrest-archive test- push "%p"');
  });
});
