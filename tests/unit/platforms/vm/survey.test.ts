import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { vmHosts } from "../../../../configs/cluster/placement";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { onHosts, survey, whyUnreachable } from "../../../../platforms/vm/survey";
import { testStack, threeHosts, vmHostOf, vmSettingsOf } from "../../../support/models";
import { ScriptFolder } from "../../../support/scriptFolder";

type Ssh = NonNullable<SettingsInput["vm"]>["ssh"];

/** The problem, in one line, when a login to the first host ended like this. */
function why(status: number | null, errors: string[], ssh: Ssh = { user: "deploy" }) {
  const settings = vmSettingsOf({ vm: { ssh } });
  const ending = { status, output: "", errors: `${errors.join("\r\n")}\r\n`, started: 0, ended: 0 };
  const problem = whyUnreachable(vmHostOf("db1", settings), settings, ending);
  return problem === undefined ? undefined : `${problem.path}: ${problem.message}`;
}

const unreachable = (said: string) =>
  `vm.hosts.db1: deploy@10.0.0.1, port 22 cannot be reached (${said}); repair the connection, or set away: true to leave the host unchanged for now`;
const otherKey =
  "vm.hosts.db1.hostKey: deploy@10.0.0.1, port 22 has a different host key: another machine answers, or the host was replaced; if it was replaced, set its new key";
const keyRefused =
  "vm.ssh: deploy@10.0.0.1, port 22 refuses the key; add its public half to ~deploy/.ssh/authorized_keys there, or set vm.ssh.privateKeyFile";
const noRoot = (said: string) =>
  `vm.hosts.db1: deploy may not become root without a password on db1 (${said}); add \`deploy ALL=(ALL) NOPASSWD: ALL\` to a file in /etc/sudoers.d, or log in as root`;

describe("a host that was looked at", () => {
  it("is no problem, whatever ssh or sudo remarked", () => {
    assert.equal(
      why(0, ["sudo: unable to resolve host db1: Name or service not known"]),
      undefined,
    );
  });
});

describe("a host that could not be looked at", () => {
  /** What it is about, status, what was said, what the user reads. */
  const cases: [string, number | null, string[], string][] = [
    [
      "is down",
      255,
      ["ssh: connect to host 10.0.0.1 port 22: No route to host"],
      unreachable("ssh: connect to host 10.0.0.1 port 22: No route to host"),
    ],
    [
      "does not answer",
      255,
      ["ssh: connect to host 10.0.0.1 port 22: Connection timed out"],
      unreachable("ssh: connect to host 10.0.0.1 port 22: Connection timed out"),
    ],
    [
      "has no ssh server",
      255,
      ["ssh: connect to host 10.0.0.1 port 22: Connection refused"],
      unreachable("ssh: connect to host 10.0.0.1 port 22: Connection refused"),
    ],
    [
      "has a name that nobody knows",
      255,
      ["ssh: Could not resolve hostname db1.example: Name or service not known"],
      unreachable("ssh: Could not resolve hostname db1.example: Name or service not known"),
    ],
    [
      "hangs up",
      255,
      [
        "kex_exchange_identification: read: Connection reset by peer",
        "Connection reset by 10.0.0.1 port 22",
      ],
      unreachable("Connection reset by 10.0.0.1 port 22"),
    ],
    [
      "has a server that has stopped to answer",
      255,
      ["Connection timed out during banner exchange", "Connection to 10.0.0.1 port 22 timed out"],
      unreachable("Connection to 10.0.0.1 port 22 timed out"),
    ],
    [
      "shares no algorithm with the client",
      255,
      [
        "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss",
      ],
      unreachable(
        "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss",
      ),
    ],
    [
      "has another key than it had",
      255,
      [
        "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
        "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
        "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
        "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
        "Host key for 10.0.0.1 has changed and you have requested strict checking.",
        "Host key verification failed.",
      ],
      otherKey,
    ],
    [
      "has a key of another kind than the known one",
      255,
      [
        "No ED25519 host key is known for 10.0.0.1 and you have requested strict checking.",
        "Host key verification failed.",
      ],
      otherKey,
    ],
    ["does not know the key", 255, ["deploy@10.0.0.1: Permission denied (publickey)."], keyRefused],
    [
      "wants a password",
      255,
      ["deploy@10.0.0.1: Permission denied (publickey,password,keyboard-interactive)."],
      keyRefused,
    ],
    [
      "was offered too many keys by the agent",
      255,
      [
        "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures",
        "Disconnected from 10.0.0.1 port 22",
      ],
      keyRefused,
    ],
    [
      "asks for sudo's password",
      1,
      ["sudo: a password is required"],
      noRoot("sudo: a password is required"),
    ],
    [
      "asks for sudo's password in other words",
      1,
      ["sudo: interactive authentication is required"],
      noRoot("sudo: interactive authentication is required"),
    ],
    [
      "wants a terminal for sudo",
      1,
      ["sudo: sorry, you must have a tty to run sudo"],
      noRoot("sudo: sorry, you must have a tty to run sudo"),
    ],
    [
      "does not let the user become root",
      1,
      ["deploy is not in the sudoers file."],
      noRoot("deploy is not in the sudoers file."),
    ],
    [
      "has no sudo, and bash",
      127,
      ["bash: line 1: sudo: command not found"],
      noRoot("bash: line 1: sudo: command not found"),
    ],
    ["has no sudo, and dash", 127, ["sh: 1: sudo: not found"], noRoot("sh: 1: sudo: not found")],
    [
      "wants the user's password to be changed",
      1,
      ["WARNING: Your password has expired.", "Password change required but no TTY available."],
      "vm.hosts.db1: looking at db1 failed with status 1: Password change required but no TTY available.",
    ],
    [
      "is reached from a machine that has no ssh",
      null,
      ["spawn ssh ENOENT"],
      "vm.hosts.db1: the ssh client could not be started (spawn ssh ENOENT); install openssh-client",
    ],
  ];
  for (const [title, status, errors, expected] of cases) {
    it(title, () => {
      assert.equal(why(status, errors), expected);
    });
  }

  it("is named as it was called: with its user, ssh address and port", () => {
    const hosts = { ...threeHosts, db1: { ...threeHosts.db1, sshAddress: "db1.example" } };
    const ssh = { user: "admin", port: 2222 };
    const settings = vmSettingsOf({ vm: { hosts: hosts as typeof threeHosts, ssh } });
    const ending = { status: 255, output: "", errors: "?", started: 0, ended: 0 };
    const problem = whyUnreachable(vmHostOf("db1", settings), settings, ending);
    assert.match(
      problem?.message ?? "",
      /^admin@db1\.example, port 2222 cannot be reached \(\?\);/,
    );
  });
});

/** A key for each host, so that none is looked up. */
const knownHosts = Object.fromEntries(
  Object.entries(threeHosts).map(([name, host]) => [
    name,
    { ...host, hostKey: `ssh-ed25519 AAAA${name}` },
  ]),
);

describe("a look at all hosts", () => {
  let folder: ScriptFolder;
  const realPath = process.env.PATH;
  beforeEach(() => {
    folder = new ScriptFolder();
    process.env.PATH = `${folder.in("bin")}:${realPath ?? ""}`;
  });
  afterEach(() => {
    process.env.PATH = realPath;
    folder.remove();
  });

  describe("by ssh", () => {
    const run = (ssh: Ssh) => {
      const settings = vmSettingsOf({ vm: { hosts: knownHosts, ssh } });
      const keys = (address: string, port: number) => `key-of-${address}:${port}`;
      return onHosts(vmHosts(settings), settings, keys, ({ name }) => `script for ${name}`);
    };
    /** Prints the last word, which is the remote command, and a file that an option names. */
    const show = (option: string) =>
      `for word; do case $word in ${option}*) cat "\${word#"${option}"}" ;; esac; done; echo "$word"; cat`;

    it("runs each host's script in a shell, as root", () => {
      folder.programs({ ssh: show("none") });
      assert.deepEqual(
        run({}).map(({ output }) => output),
        ["db1", "db2", "db3"].map((name) => `'sh' '-s'\nscript for ${name}`),
      );
      assert.match(run({ user: "deploy" })[0]?.output ?? "", /^'sudo' '-n' 'sh' '-s'\n/);
    });

    it("expects the known keys, under the names that ssh looks for", () => {
      folder.programs({ ssh: show("UserKnownHostsFile=") });
      const jumpHost = { address: "gate.example" };
      assert.match(
        run({ port: 2222, jumpHost })[2]?.output ?? "",
        /^\[10\.0\.0\.1\]:2222 key-of-10\.0\.0\.1:2222\n(.*\n){2}gate\.example key-of-gate\.example:22\n/,
      );
    });

    it("hands the private key over in a file that nobody else reads, and that ends with its line", () => {
      const print = 'ls -l "$2" | cut -c 1-10; cat "$2"';
      folder.programs({
        ssh: `while [ $# -gt 1 ]; do [ "$1" != -i ] || { ${print}; }; shift; done; cat >/dev/null`,
      });
      assert.equal(run({ privateKey: "the\nkey" })[0]?.output, "-rw-------\nthe\nkey\n");
    });

    it("leaves no file with a key behind", () => {
      folder.programs({
        ssh: 'for word; do case $word in UserKnownHostsFile=*) echo "${word#*=}" ;; esac; done',
      });
      const file = run({ privateKey: "key" })[0]?.output.trim() ?? "";
      assert.match(file, /known_hosts$/);
      assert.equal(existsSync(file), false);
    });
  });

  /** What the script prints on a host that is fit. */
  const fit = [
    ["distribution", "debian 13"],
    ["memory", "4096"],
    ["container", "yes"],
  ];
  /** Lets hosts answer with such facts, or end with a status and a last word, by name. */
  function answer(hosts: Record<string, string[][] | { status: number; errors: string }>): void {
    const cases = Object.entries(hosts).map(([name, one]) => {
      const address = threeHosts[name]?.address ?? "";
      const script = Array.isArray(one)
        ? [["clock", "$(date +%s)000"], ...one].map(
            (words) => `printf '%s\\n' "${words.join("\t")}"`,
          )
        : [`echo '${one.errors}' >&2`, `exit ${one.status}`];
      return `*@${address}) ${script.join("; ")} ;;`;
    });
    folder.programs({
      ssh: `cat >/dev/null; for word; do case $word in ${cases.join(" ")} esac; done`,
    });
  }
  const settingsWith = (hosts: object, input: Partial<SettingsInput> = {}) =>
    vmSettingsOf({ ...input, vm: { hosts: { ...knownHosts, ...hosts } } });

  it("finds the facts of each host", () => {
    answer({ db1: fit, db2: [...fit, ["address", "ens4", "10.0.0.2"]], db3: fit });
    const { facts, keys } = survey(settingsWith({}), testStack);
    assert.deepEqual([...facts.keys()], ["db1", "db2", "db3"]);
    assert.deepEqual(facts.get("db2")?.interfaces, { "10.0.0.2": "ens4" });
    assert.equal(keys("10.0.0.3", 22), "ssh-ed25519 AAAAdb3");
  });

  it("passes over hosts that are away", () => {
    answer({ db1: fit, db2: { status: 255, errors: "down" }, db3: fit });
    const away = { db2: { ...knownHosts.db2, away: true } };
    assert.deepEqual([...survey(settingsWith(away), testStack).facts.keys()], ["db1", "db3"]);
  });

  it("ends with all problems of all hosts at once", () => {
    answer({
      db1: { status: 255, errors: "ssh: connect to host 10.0.0.1 port 22: No route to host" },
      db2: [...fit.slice(1), ["distribution", "debian 11"]],
      db3: [...fit, ["data", "/var/lib/etcd/member"]],
    });
    assert.throws(
      () => survey(settingsWith({}), testStack),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.deepEqual(error.message.split("\n"), [
          "The hosts do not meet the requirements; nothing was changed.",
          "  vm.hosts.db1: root@10.0.0.1, port 22 cannot be reached (ssh: connect to host 10.0.0.1 port 22: No route to host); repair the connection, or set away: true to leave the host unchanged for now",
          "  vm.hosts.db2: runs debian 11; supported are debian 12, debian 13, ubuntu 24.04, ubuntu 26.04",
          "  vm.hosts.db3: /var/lib/etcd/member contains data that this program did not create; move it away, or choose another host",
        ]);
        return true;
      },
    );
  });

  it("logs in nowhere while a host's key is not known", () => {
    answer({ db1: fit, db2: fit, db3: fit });
    const unknown = { db2: { ...threeHosts.db2, sshAddress: "db2.invalid" } };
    assert.throws(
      () => survey(settingsWith(unknown), testStack),
      /nothing was changed\.\n {2}vm\.hosts\.db2\.hostKey: no host key of db2\.invalid is known/,
    );
    assert.deepEqual(folder.calls(), []);
  });
});
