import assert from "node:assert/strict";
import { parseSettings, SettingsError } from "../../../configs/settings/parse";

/** The problems of settings, as `path: message`. */
function problemsOf(input: object): string[] {
  try {
    parseSettings({ clusterName: "test", ...input });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("the settings of backups", () => {
  it("are off where the stack file says nothing", () => {
    assert.equal(parseSettings({ clusterName: "test" }).backup.enabled, false);
  });

  const s3 = { endpoint: "s3.example", bucket: "backups", key: "ID", keySecret: "SECRET" };
  const refused: [string, object, RegExp][] = [
    [
      "a command of its own",
      { postgres: { parameters: { archive_command: "true" } } },
      /archive_c/,
    ],
    ["archive_mode", { postgres: { parameters: { archive_mode: "off" } } }, /^postgres.*archive_m/],
    ["archive_timeout", { postgres: { parameters: { archive_timeout: 9 } } }, /Seconds; use that/],
    ["wal_level minimal", { postgres: { parameters: { wal_level: "minimal" } } }, /wal_level/],
    [
      "one port twice",
      { backup: { enabled: true, port: 9, memberPort: 9 } },
      /is also backup\.port/,
    ],
    [
      "differential backups as rare as full ones",
      { backup: { enabled: true, fullEveryDays: 1 } },
      /^backup\.differentialEveryDays: must be below backup\.fullEveryDays \(1\)/,
    ],
    [
      "storage with a URL for its host",
      { backup: { enabled: true, s3: { ...s3, endpoint: "https://s3.example" } } },
      /^backup\.s3\.endpoint: must be HOST or HOST:PORT/,
    ],
    [
      "storage without a secret",
      { backup: { enabled: true, s3: { ...s3, keySecret: undefined } } },
      /^backup\.s3\.keySecret/,
    ],
    [
      "a CA that is not used",
      {
        backup: { enabled: true, s3: { ...s3, ca: "-----BEGIN CERTIFICATE-----", verify: false } },
      },
      /^backup\.s3\.ca: is not used if backup\.s3\.verify is false/,
    ],
    ["a time that is none", { backup: { startTime: "24:00" } }, /^backup\.startTime: .*01:30/],
    ["a key that is none", { backup: { key: "secret" } }, /^backup\.key: must be 32 to 256/],
  ];
  for (const [what, input, message] of refused) {
    it(`refuse ${what}`, () => {
      const problems = problemsOf({ backup: { enabled: true }, ...input });
      assert.ok(
        problems.some((one) => message.test(one)),
        problems.join("\n"),
      );
    });
  }

  it("leave a cluster without backups its own archive", () => {
    const parameters = { archive_mode: "on", archive_command: "cp %p /archive/%f" };
    assert.deepEqual(problemsOf({ postgres: { parameters } }), []);
  });
});
