import assert from "node:assert/strict";
import { execaSync } from "execa";
import fc from "fast-check";
import { parse } from "yaml";
import { dynamicConfig } from "../../../configs/patroni/dynamicConfig";
import { renderPatroniYml } from "../../../configs/patroni/patroniYml";
import type { Settings, SettingsInput } from "../../../configs/settings/schema";
import { assertGolden } from "../../support/golden";
import { addressedTopology, namedTopology, settingsOf } from "../../support/models";

const credentials = {
  superuser: "su",
  replication: { name: "replicator", password: "repl" },
  rewind: { name: "rewind", password: "rew" },
  restApi: "rest",
  etcd: { name: "patroni", password: "etc" },
};

/** The second member's file. */
function rendered(settings: Settings, topology = namedTopology(settings), change = {}): string {
  const { etcd, members } = topology;
  const member = members[1];
  assert.ok(member !== undefined);
  const dynamic = dynamicConfig(settings, { clusterNetworks: ["samenet"], clientNetworks: [] });
  return renderPatroniYml({
    settings,
    member,
    etcd,
    dynamic,
    credentials,
    ...change,
  });
}

const everything: Partial<SettingsInput> = {
  clusterName: "shop-prod",
  patroni: {
    namespace: "/clusters/",
    ttlSeconds: 60,
    loopWaitSeconds: 15,
    retryTimeoutSeconds: 20,
    primaryStartTimeoutSeconds: 0,
    primaryStopTimeoutSeconds: 90,
    maximumLagOnFailoverBytes: 33554432,
    memberSlotsTtlSeconds: 600,
    synchronousMode: "quorum",
    synchronousModeStrict: true,
    synchronousNodeCount: 2,
    failsafeMode: false,
    slots: {
      debezium: { database: "app" },
      reports: { database: "app", plugin: "test_decoding" },
      warehouse: { type: "physical" },
    },
    ignoreSlots: [{ name: "by_hand" }, { type: "logical", plugin: "wal2json" }],
  },
  postgres: {
    members: 4,
    version: 16,
    memoryMegabytes: 4096,
    parameters: {
      max_connections: 200,
      wal_level: "logical",
      log_min_duration_statement: "250ms",
      session_preload_libraries: "auto_explain",
      "auto_explain.log_analyze": true,
    },
    hba: ["hostssl reports reports 192.168.0.0/16 scram-sha-256"],
    initdb: {
      localeProvider: "icu",
      icuLocale: "de-AT",
      icuRules: "& a < b",
      encoding: "LATIN1",
      locale: "de_DE",
      lcCtype: "C",
      lcCollate: "de_DE.iso88591",
      dataChecksums: false,
      walSegmentMegabytes: 64,
    },
    ident: ["people /^(.*)@example\\.com$ \\1", "people admin postgres"],
    recovery: {
      restoreCommand: "cp /archive/%f %p",
      archiveCleanupCommand: "pg_archivecleanup /archive %r",
      recoveryEndCommand: "logger promoted",
      applyDelaySeconds: { patroni2: 3600 },
    },
    basebackup: { maxRateMegabytesPerSecond: 100, checkpoint: "spread" },
    callbacks: {
      onStart: "/usr/local/bin/event start",
      onStop: "/usr/local/bin/event stop",
      onRestart: "/usr/local/bin/event restart",
      onReload: "/usr/local/bin/event reload",
      onRoleChange: "/usr/local/bin/event role",
    },
    tags: {
      patroni2: {
        nofailover: true,
        failoverPriority: 0,
        noloadbalance: true,
        nosync: true,
        clonefrom: true,
        nostream: false,
        replicatefrom: "patroni1",
      },
    },
    usePgRewind: false,
    removeDataOnDivergence: false,
  },
};

describe("patroni.yml", () => {
  it("is as expected with defaults", () => {
    assertGolden("patroni.yml", rendered(settingsOf()));
  });

  it("is as expected with everything set and members known by address", () => {
    const settings = settingsOf(everything);
    assertGolden("patroni-everything.yml", rendered(settings, addressedTopology(settings)));
  });

  it("names the logins that are in use", () => {
    const second = { ...credentials, replication: { name: "replicator_b", password: "new" } };
    const settings = settingsOf();
    const file = rendered(settings, namedTopology(settings), { credentials: second });
    const { postgresql } = parse(file) as { postgresql: { authentication: object } };
    const verifying = { sslmode: "verify-full", sslrootcert: "/etc/patroni/ca.pem" };
    assert.deepEqual(postgresql.authentication, {
      superuser: { username: "postgres", password: "su", ...verifying },
      replication: { username: "replicator_b", password: "new", ...verifying },
      rewind: { username: "rewind", password: "rew", ...verifying },
    });
  });

  it("asks clients for the version of TLS that the stack file has", () => {
    const settings = settingsOf({ tls: { minimumVersion: "1.3" } });
    const { postgresql } = parse(rendered(settings)) as {
      postgresql: { parameters: Record<string, unknown> };
    };
    assert.equal(postgresql.parameters.ssl_min_protocol_version, "TLSv1.3");
  });

  it("has the tags of its own member only", () => {
    const settings = settingsOf({ postgres: { tags: { patroni1: { nosync: true } } } });
    assert.deepEqual((parse(rendered(settings)) as { tags: object }).tags, {});
  });
});

/** Texts that a reader of YAML 1.1, or PyYAML in particular, takes for something else when bare. */
const misleading = [
  ...["on", "off", "yes", "No", "y", "N", "true", "null", "~", "", "="],
  ...["12:30", "190:20:30.15", "0x1f", "0b1", "017", "0o17", "1_000", "1e3", "6.85e+5", ".5", "1."],
  ...[".inf", "-.INF", ".NaN", "2001-01-01", "2001-12-14 21:59:43.10 -5"],
  ...[
    "a: b",
    "a:",
    "a #b",
    "#a",
    "- a",
    "-",
    "? a",
    "[a",
    "{a}",
    "&a",
    "*a",
    "!a",
    "|",
    "> a",
    "%a",
  ],
  ...["@a", "`a`", "'a'", '"a"', "---", "...", "\\", "a\\nb", "'", '"', "it's"],
  ...[
    "a\nb",
    "a\n",
    "\n",
    "\na",
    "a\r\nb",
    " a",
    "a ",
    "a\tb",
    "\ta",
    "a\t",
    "\u001b[0m",
    "\u007f",
  ],
  ...["a\u0085b", "a\u2028b", "\ufeffa", "\uffff", "naïve 日本 🐘", "%m [%p] %q%u@%d/%a "],
  ...["word ".repeat(60), "a long line, and\n".repeat(10)],
];

const character = fc.oneof(
  fc.constantFrom(...Array.from("0123456789.:_-+eExob=~<!&*?|>%@`'\"\\#,[]{} \t\n\r\u0085\u2028")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
/**
 * `<<` alone is left out: nothing makes the writer quote YAML's sign for merging, and it means
 * nothing here.
 */
const anyText = fc.string({ unit: character, maxLength: 12 }).filter((text) => text !== "<<");

/** A file with a text in every place where texts of a stack file go; with others, in those that can hold many. */
function fileWith(text: string, others: string[] = [], change = {}): string {
  const settings = settingsOf();
  const { postgres } = settings;
  const texts = [text, ...others];
  return rendered(
    {
      ...settings,
      postgres: {
        ...postgres,
        parameters: Object.fromEntries(texts.map((one, i) => [`hapg.text${i}`, one])),
        hba: texts,
        callbacks: { onStart: text },
      },
    },
    namedTopology(settings),
    change,
  );
}

interface PatroniFile {
  bootstrap: { dcs: { postgresql: { parameters: Record<string, unknown>; pg_hba: unknown[] } } };
  postgresql: {
    authentication: { superuser: { password: unknown } };
    callbacks: { on_start: unknown };
  };
}

/** The texts as a reader of the file has them, from every place. */
function textsIn(file: unknown) {
  const { bootstrap, postgresql } = file as PatroniFile;
  const { parameters, pg_hba: lines } = bootstrap.dcs.postgresql;
  return {
    parameters: Object.entries(parameters)
      .filter(([name]) => name.startsWith("hapg.text"))
      .map(([, value]) => value),
    // Nine lines come before those of the stack file, and three that let clients in come after them.
    hba: lines.slice(9, -3),
    callback: postgresql.callbacks.on_start,
  };
}

/** What {@link textsIn} finds in a file that is read as it was meant. */
const everywhere = (text: string, others: string[] = []) => ({
  parameters: [text, ...others],
  hba: [text, ...others],
  callback: text,
});

/** Reads files as Patroni does. Undefined where Python or PyYAML is not installed. */
function readByPyYaml(files: string[]): unknown[] | undefined {
  const program =
    "import json, sys, yaml; print(json.dumps([yaml.safe_load(f) for f in json.load(sys.stdin)]))";
  if (execaSync("python3", ["-c", "import yaml"], { reject: false }).failed) return undefined;
  const input = JSON.stringify(files);
  return JSON.parse(execaSync("python3", ["-c", program], { input }).stdout) as unknown[];
}

describe("texts in patroni.yml", function () {
  this.timeout(60_000);

  it("are read back by a reader of YAML 1.1", () => {
    for (const text of misleading) {
      assert.deepEqual(textsIn(parse(fileWith(text), { version: "1.1" })), everywhere(text));
    }
  });

  it("are read back by a reader of YAML 1.1, whatever they hold", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.deepEqual(textsIn(parse(fileWith(text), { version: "1.1" })), everywhere(text));
      }),
    );
  });

  it("are read back by PyYAML, Patroni's own reader", function () {
    const [first = "", ...others] = [...misleading, ...fc.sample(anyText, 500)];
    // One file: PyYAML takes a hundredth of a second for each.
    const files = readByPyYaml([fileWith(first, others)]);
    if (files === undefined) this.skip();
    assert.deepEqual(files.map(textsIn), [everywhere(first, others)]);
  });

  it("are read back by PyYAML where they are commands and passwords", function () {
    const files = readByPyYaml(
      misleading.map((text) =>
        fileWith(text, [], { credentials: { ...credentials, superuser: text, restApi: text } }),
      ),
    );
    if (files === undefined) this.skip();
    const read = files.map((file) => {
      const { authentication, callbacks } = (file as PatroniFile).postgresql;
      return [authentication.superuser.password, callbacks.on_start];
    });
    assert.deepEqual(
      read,
      misleading.map((text) => [text, text]),
    );
  });
});
