import assert from "node:assert/strict";
import fc from "fast-check";
import {
  renderLimits,
  renderUnit,
  systemdWord,
  type UnitModel,
} from "../../../../configs/host/systemdUnit";

const escapes: Record<string, string> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", s: " " },
  ...{ "\\": "\\", '"': '"', "'": "'" },
};

/**
 * Reads a command line of a unit as systemd.syntax(7) and systemd.service(5) say: quotes and C
 * escapes divide it into words; then `%%` is a percent sign and any other `%` a specifier; then
 * `$$` is a dollar sign and any other `$` a variable.
 */
function readCommandLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? "";
    if (character === "\\") {
      const escape = escapes[line[++i] ?? ""];
      assert.ok(escape !== undefined, `no escape: ${line.slice(i - 1)}`);
      word = (word ?? "") + escape;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word = (word ?? "") + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (" \t\n\r".includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  assert.equal(quote, "", "a quote is not closed");
  return [...words, ...(word === undefined ? [] : [word])].map((text) =>
    text
      .replace(/%(.?)/gsu, (found, next: string) => {
        assert.equal(next, "%", `a specifier: ${found}`);
        return "%";
      })
      .replace(/\$(.?)/gsu, (found, next: string) => {
        assert.equal(next, "$", `a variable: ${found}`);
        return "$";
      }),
  );
}

const hostile = [
  ...["", " ", "a b", " lead", "trail ", "\t", "'", '"', "\\", "\\\\", '\\"', "\\n", "it's"],
  ...["%", "%%", "%n", "100%", "$", "$$", "$HOME", "${HOME}", "$$HOME", "\\$", "%$"],
  ...[";", "#", "-", "@x", "!x", "+x", ":x", "naïve 日本 🐘"],
];

const word = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom("'", '"', "\\", "$", "%", " ", "\t", "{", "}", ";", "#"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((text) => !/[\r\n\0]/.test(text));

describe("a word of a unit's command line", () => {
  for (const text of hostile) {
    it(`${JSON.stringify(text)} reaches the program as it is`, () => {
      assert.deepEqual(readCommandLine(systemdWord(text)), [text]);
    });
  }

  it("reaches the program as it is, whatever it holds and whatever is beside it", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), (words) => {
        assert.deepEqual(readCommandLine(words.map(systemdWord).join(" ")), words);
      }),
    );
  });

  it("stays on its line", () => {
    fc.assert(fc.property(word, (text) => assert.doesNotMatch(systemdWord(text), /[\r\n\0]/)));
  });
});

const model: UnitModel = {
  user: "postgres",
  command: ["patroni", "/etc/patroni/it's 100%.yml"],
  stopSignal: "SIGTERM",
  stopGraceSeconds: 120,
  killMode: "process",
  oomScoreAdjust: -900,
  openFiles: 65536,
  environment: {},
  writablePaths: undefined,
  capabilities: [],
  needsDevices: false,
  addressFamilies: [],
};

/** The values of a directive, in order. */
const valuesOf = (unit: string, directive: string) =>
  unit
    .split("\n")
    .filter((line) => line.startsWith(`${directive}=`))
    .map((line) => line.slice(directive.length + 1));

describe("a unit's drop-in", () => {
  it("takes back what the package says before it says its own: such lines add up", () => {
    const [first, command, ...others] = valuesOf(renderUnit(model), "ExecStart");
    assert.deepEqual([first, others], ["", []]);
    assert.deepEqual(readCommandLine(command ?? ""), model.command);
    for (const directive of ["ExecStartPre", "ExecStop", "EnvironmentFile", "PIDFile"]) {
      assert.deepEqual(valuesOf(renderUnit(model), directive), [""], directive);
    }
  });

  it("reloads by the program's signal, or not at all", () => {
    assert.deepEqual(valuesOf(renderUnit(model), "ExecReload"), [""]);
    assert.deepEqual(valuesOf(renderUnit({ ...model, reloadSignal: "SIGUSR2" }), "ExecReload"), [
      "",
      "/bin/kill -s USR2 $MAINPID",
    ]);
  });

  it("has each variable on a line of its own", () => {
    const environment = {
      PG_OOM_ADJUST_FILE: "/proc/self/oom_score_adj",
      PG_OOM_ADJUST_VALUE: "0",
    };
    assert.deepEqual(valuesOf(renderUnit({ ...model, environment }), "Environment"), [
      "PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj",
      "PG_OOM_ADJUST_VALUE=0",
    ]);
  });

  for (const [writablePaths, system, writable] of [
    [undefined, ["full"], []],
    [[], ["strict"], [""]],
    [["/var/lib/etcd", "/run"], ["strict"], ["/var/lib/etcd /run"]],
  ] as const) {
    it(`lets the program write to ${writablePaths === undefined ? "all but the system" : writablePaths.join(" and ") || "nothing"}`, () => {
      const paths = writablePaths === undefined ? undefined : [...writablePaths];
      const unit = renderUnit({ ...model, writablePaths: paths });
      assert.deepEqual(valuesOf(unit, "ProtectSystem"), system);
      assert.deepEqual(valuesOf(unit, "ReadWritePaths"), writable);
    });
  }

  it("takes all capabilities but those that are named", () => {
    const capabilities = ["CAP_NET_ADMIN", "CAP_NET_RAW"];
    assert.deepEqual(valuesOf(renderUnit(model), "CapabilityBoundingSet"), [""]);
    assert.deepEqual(valuesOf(renderUnit({ ...model, capabilities }), "CapabilityBoundingSet"), [
      "CAP_NET_ADMIN CAP_NET_RAW",
    ]);
  });

  it("gives a user that is not root the capabilities that are named", () => {
    const given = (more: Partial<UnitModel>) =>
      valuesOf(renderUnit({ ...model, ...more }), "AmbientCapabilities");
    const capabilities = ["CAP_NET_ADMIN", "CAP_NET_RAW"];
    assert.deepEqual(given({ capabilities }), ["CAP_NET_ADMIN CAP_NET_RAW"]);
    assert.deepEqual(given({ capabilities, user: "root" }), []);
    assert.deepEqual(given({ capabilities: [] }), []);
  });

  it("clears up after a service, if it has to, and does not mind when that fails", () => {
    const words = (more: Partial<UnitModel>) =>
      valuesOf(renderUnit({ ...model, ...more }), "ExecStopPost");
    assert.deepEqual(words({}), []);
    assert.deepEqual(words({ afterStop: "/bin/true now" }), ["-/bin/true now"]);
  });

  it("hides devices from a program that needs none", () => {
    assert.deepEqual(valuesOf(renderUnit(model), "PrivateDevices"), ["yes"]);
    const unit = renderUnit({ ...model, needsDevices: true });
    assert.deepEqual(valuesOf(unit, "PrivateDevices"), []);
  });

  it("leaves sockets of the network and of this machine, and those that are named", () => {
    const usual = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
    const families = (unit: string) => valuesOf(unit, "RestrictAddressFamilies");
    assert.deepEqual(families(renderUnit(model)), [usual]);
    const unit = renderUnit({ ...model, addressFamilies: ["AF_PACKET"] });
    assert.deepEqual(families(unit), [`${usual} AF_PACKET`]);
  });

  it("lets only a program that runs the user's own commands see what runs beside it", () => {
    const unit = renderUnit({ ...model, writablePaths: [] });
    assert.deepEqual(valuesOf(unit, "ProtectProc"), ["invisible"]);
    assert.deepEqual(valuesOf(unit, "UMask"), ["0077"]);
    assert.doesNotMatch(renderUnit(model), /ProtectProc|UMask/);
  });

  it("keeps limits of memory and processes apart: they take effect without a restart", () => {
    assert.doesNotMatch(renderUnit(model), /Memory|TasksMax/);
    const limits = { memoryMegabytes: 4096, maximumTasks: 512, openFiles: 65536 };
    const expected = "[Service]\nMemoryMax=4096M\nMemorySwapMax=0\nTasksMax=512\n";
    assert.equal(renderLimits(limits), expected);
    assert.equal(renderLimits({ ...limits, cpus: 1.5 }), `${expected}CPUQuota=150%\n`);
  });
});
