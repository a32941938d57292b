import type { Settings } from "./settings/schema";
import type { Endpoint } from "./topology";

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
  /** VRRP takes eight characters. */
  password: string;
}

/**
 * A keepalived.conf. All hosts have the same priority and a failed check takes some of it away: so the
 * address leaves a host whose HAProxy is dead or sees no member, and stays where it is when
 * that one is back. Adverts go to the peers one by one; many networks have no multicast.
 */
export function renderKeepalivedConf(model: KeepalivedModel): string {
  const { keepalived, virtualAddress, self, peers, interfaceName, statsPort, password } = model;
  return [
    "global_defs {",
    `  router_id ${self.name}`,
    "  script_user nobody",
    "  enable_script_security",
    // Switches and neighbours that missed the first announcement hear of it again.
    "  vrrp_garp_master_refresh 30",
    "  vrrp_garp_master_refresh_repeat 1",
    "}",
    "",
    "vrrp_script haproxy {",
    `  script "/usr/bin/curl -sfk --max-time 1 -o /dev/null https://127.0.0.1:${statsPort}/livez"`,
    "  interval 1",
    "  timeout 2",
    "  fall 2",
    "  rise 3",
    "  weight -50",
    "}",
    "",
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
    "  }",
    "}",
    "",
  ].join("\n");
}
