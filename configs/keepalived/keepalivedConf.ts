import type { Settings } from "../settings/schema";
import type { Endpoint } from "../cluster/topology";

/** What one keepalived.conf is made of. */
export interface KeepalivedModel {
  keepalived: Settings["keepalived"];
  virtualAddress: string;
  self: Endpoint;
  peers: Endpoint[];
  /** Interface that gets the virtual address. */
  interfaceName: string;
  /** Port of HAProxy's checks. */
  statsPort: number;
  /** How long a host may see no primary before the address leaves it, in seconds: longer than a failover takes. */
  withoutPrimarySeconds: number;
  /** VRRP takes eight characters. */
  password: string;
  /** Names this content: Keepalived shows it as a part of its router's name. */
  generation: string;
}

/**
 * A keepalived.conf. All hosts have the same priority and a failed check takes some of it away: so the
 * address leaves a host whose HAProxy is dead or sees no other host's member, and stays where it is when
 * that one is back. It also leaves one that has not seen a primary for a time while others do, but not for a failover, in
 * which nobody sees one: the readers would be cut off, too. Adverts go to the peers one by one; many networks have no
 * multicast.
 */
export function renderKeepalivedConf(model: KeepalivedModel): string {
  const { keepalived, virtualAddress, self, peers, interfaceName, password } = model;
  return [
    "global_defs {",
    `  router_id ${self.name}-${model.generation}`,
    "  script_user nobody",
    "  enable_script_security",
    // Switches and neighbours that missed the first announcement hear of it again.
    "  vrrp_garp_master_refresh 30",
    "  vrrp_garp_master_refresh_repeat 1",
    "}",
    "",
    ...check("haproxy", model.statsPort, { path: "livez", fall: 2, weight: -50 }),
    ...check("primary", model.statsPort, {
      path: "healthz",
      fall: model.withoutPrimarySeconds,
      weight: -20,
    }),
    "vrrp_instance hapg {",
    "  state BACKUP",
    `  interface ${interfaceName}`,
    `  virtual_router_id ${keepalived.routerId}`,
    "  priority 100",
    "  advert_int 1",
    `  unicast_src_ip ${self.address}`,
    "  unicast_peer {",
    ...peers.map(({ address }) => `    ${address}`),
    "  }",
    "  authentication {",
    "    auth_type PASS",
    `    auth_pass ${password}`,
    "  }",
    "  virtual_ipaddress {",
    `    ${virtualAddress}/${keepalived.prefixLength} dev ${interfaceName}`,
    "  }",
    "  track_script {",
    "    haproxy",
    "    primary",
    "  }",
    "}",
    "",
  ].join("\n");
}

/** Asks HAProxy every second; after so many failures in a row the priority changes by the weight. */
const check = (
  name: string,
  port: number,
  { path, fall, weight }: { path: string; fall: number; weight: number },
): string[] => [
  `vrrp_script ${name} {`,
  `  script "/usr/bin/curl -sfk --max-time 1 -o /dev/null https://127.0.0.1:${port}/${path}"`,
  "  interval 1",
  "  timeout 2",
  `  fall ${fall}`,
  "  rise 3",
  `  weight ${weight}`,
  "}",
  "",
];
