import { nftTable } from "./nftTable";
import type { Kind } from "../cluster/catalogue";
import { servicesOn, type VmHost, vmHosts } from "../cluster/placement";
import { ports } from "../cluster/ports";
import type { Settings } from "../settings/schema";

/**
 * Rules for nftables in a separate table: only hosts of the cluster may use the ports between
 * members. Everything else on the host stays unchanged, including ssh and the ports for clients.
 */
export function renderFirewall(host: VmHost, settings: Settings): string {
  const services = servicesOn(host, settings);
  const runs = (kind: Kind) => services.some((service) => service.kind === kind);
  const closed = services
    .flatMap((service) => service.ports)
    .filter(({ setting }) => setting === undefined)
    .map(({ port }) => port);
  const hosts = vmHosts(settings).map(({ address }) => address);
  const clients = runs("patroni") ? settings.vm.clientNetworks : [];
  return nftTable("hapg", [
    "  chain input {",
    "    type filter hook input priority filter; policy accept;",
    '    iifname "lo" accept',
    `    ip saddr { ${hosts.join(", ")} } accept`,
    ...(clients.length === 0
      ? []
      : [`    tcp dport ${ports.postgres} ip saddr { ${clients.join(", ")} } accept`]),
    ...(closed.length === 0 ? [] : [`    tcp dport { ${closed.join(", ")} } drop`]),
    ...(runs("keepalived")
      ? [
          // VRRP by its number: a minimal system lacks the file with protocol names.
          "    ip protocol 112 drop",
        ]
      : []),
    "  }",
  ]);
}

/** The unit that loads the rules when the host starts. */
export const firewallUnit = (rules: string): string =>
  [
    "[Unit]",
    "Description=Closes the ports of the PostgreSQL cluster to strangers",
    "Wants=network-pre.target",
    "Before=network-pre.target",
    // Loading the host's own firewall flushes all tables: then these rules must be loaded again.
    "After=nftables.service",
    "PartOf=nftables.service",
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    `ExecStart=/usr/sbin/nft -f ${rules}`,
    `ExecReload=/usr/sbin/nft -f ${rules}`,
    "ExecStop=/usr/sbin/nft delete table inet hapg",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
