import type { Settings } from "../settings/schema";
import type { Endpoint } from "../cluster/topology";

/** The inputs of one keepalived.conf. */
export interface KeepalivedModel {
  keepalived: Settings["keepalived"];
  virtualAddress: string;
  self: Endpoint;
  peers: Endpoint[];
  /** Interface that gets the virtual address. */
  interfaceName: string;
  /** Port of HAProxy's checks. */
  statsPort: number;
  /**
   * How long a host may have no primary before the address leaves it, in seconds: longer than a
   * failover.
   */
  withoutPrimarySeconds: number;
  /** VRRP uses eight characters. */
  password: string;
  /** Digest of this content: Keepalived shows it as a part of its router name. */
  generation: string;
}

/**
 * A keepalived.conf. All hosts have the same priority, and a failed check lowers it. So the address
 * leaves a host whose HAProxy is dead or reaches no member on another host, and does not return
 * when that host recovers. It also leaves a host that has no primary for a time while others have
 * one. A failover does not move it, because no host has a primary then, and a move would also
 * interrupt readers. Adverts are unicast, because many networks have no multicast.
 */
export function renderKeepalivedConf(model: KeepalivedModel): string {
  const { keepalived, virtualAddress, self, peers, interfaceName, password } = model;
  return [
    "global_defs {",
    `  router_id ${self.name}-${model.generation}`,
    "  script_user nobody",
    "  enable_script_security",
    // Repeated for switches and neighbours that missed the first announcement.
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

/**
 * Asks HAProxy every second; after that many consecutive failures the priority changes by the
 * weight.
 */
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
