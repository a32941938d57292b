import assert from "node:assert/strict";
import type { Ending } from "../../platforms/command";

/** Runs shell scripts on hosts, as root. */
interface Hosts {
  run(host: string, script: string): Promise<Ending>;
  succeed(host: string, script: string, stdin?: string): Promise<string>;
}

/** Units of the services with one instance on each host. */
export const units = ["etcd", "patroni", "haproxy", "pgbouncer", "keepalived"].map(
  (family) => `${family}.service`,
);

/** Units of the exporters, which a cluster may have. */
export const exporterUnits = ["postgres", "pgbouncer", "node"]
  .map((what) => `prometheus-${what}-exporter.service`)
  .concat("hapg-probe.service");

const packages = ["etcd-server", "patroni", "postgresql-17", "haproxy", "pgbouncer", "keepalived"];

/** Prints the packages of a list that are installed. */
const installed =
  `dpkg-query --show --showformat '\${db:Status-Status} \${Package}\\n' ${packages.join(" ")} ` +
  "2>/dev/null | sed -n 's/^installed //p'";

/** Directories that an update writes to, besides its records. */
const written = [
  ...[
    "/etc/hapg",
    "/etc/*.d/*hapg*",
    "/etc/systemd/system/*hapg*",
    "/etc/systemd/system/*.d/hapg*",
  ],
  ...["/etc/etcd/*", "/etc/patroni/patroni.yml", "/etc/haproxy/haproxy.cfg"],
  ...["/etc/pgbouncer/*.ini", "/etc/pgbouncer/userlist.txt"],
  "/etc/keepalived/keepalived.conf",
];

/** Ports on which programs listen for other hosts. */
const openPorts = "ss -Hltn | awk '{ print $4 }' | grep -v '^127\\.' | sed 's/.*://' | sort -un";

/** Asserts that no update has changed a host yet. */
export async function assertUntouchedOn(hosts: Hosts, host: string): Promise<void> {
  const found = await hosts.succeed(
    host,
    `${installed}; ls -d /var/lib/hapg /etc/hapg 2>/dev/null || true`,
  );
  assert.equal(found, "", host);
}

/** Asserts that a host has only the data of a destroyed cluster. */
export async function assertOnlyDataLeftOn(hosts: Hosts, host: string): Promise<void> {
  await hosts.succeed(
    host,
    "test -e /var/lib/postgresql/17/main/PG_VERSION -a -e /var/lib/etcd/member",
  );
  const active = await hosts.run(host, `systemctl is-active ${units.join(" ")}`);
  assert.equal(active.output, "inactive\n".repeat(units.length), host);
  const enabled = await hosts.run(host, `systemctl is-enabled ${units.join(" ")}`);
  assert.equal(enabled.output, "disabled\n".repeat(units.length), host);
  assert.equal(await hosts.succeed(host, "pgrep -u postgres -l || true"), "", host);
  assert.equal(await hosts.succeed(host, openPorts), "22", host);
  assert.equal(
    await hosts.succeed(host, `ls -d ${written.join(" ")} 2>/dev/null || true`),
    "",
    host,
  );
  assert.equal(await hosts.succeed(host, "ls /var/lib/hapg"), "owner", host);
  assert.equal(await hosts.succeed(host, "apt-mark showhold"), "", host);
  assert.doesNotMatch(await hosts.succeed(host, "nft list tables"), /hapg/, host);
}

/**
 * Places where a host shows one of the words to unprivileged users. The words come on standard
 * input: on the command line the search would find itself.
 */
export async function placesThatShowOn(
  hosts: Hosts,
  host: string,
  words: string[],
): Promise<string[]> {
  const script = [
    "umask 077",
    "words=$(mktemp)",
    'cat >"$words"',
    '! ps -eo args | grep -qF -f "$words" || echo "process list"',
    '! journalctl --output cat --no-pager | grep -qF -f "$words" || echo journal',
    "runuser -u nobody -- find /etc /home /opt /root /run /srv /tmp /var \\",
    "  -path /var/cache/apt -prune -o -type f -readable -print0 2>/dev/null |",
    '  xargs -0 grep -slF -f "$words" -- || true',
    'rm "$words"',
  ].join("\n");
  const found = await hosts.succeed(host, script, words.map((word) => `${word}\n`).join(""));
  return found.split("\n").flatMap((place) => (place === "" ? [] : [`${host}: ${place}`]));
}
