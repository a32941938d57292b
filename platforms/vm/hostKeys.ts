import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { vmHosts } from "../../configs/cluster/placement";
import type { Problem } from "../../configs/settings/problem";
import type { Settings } from "../../configs/settings/schema";
import { holdsUnknown } from "../../configs/settings/unknown";
import { expandHome, sshAddressOf, type HostKeys } from "./ssh";
import { isUnknownHost } from "./unknownHost";

/** A host and port for SSH, and the key that the stack file has for it. */
interface End {
  /** Its path in the stack file. */
  path: string;
  address: string;
  port: number;
  hostKey?: string | undefined;
}

/** All SSH endpoints that are known: the hosts and the jump host. */
function ends(settings: Settings): End[] {
  const { port, jumpHost } = settings.vm.ssh;
  const known = vmHosts(settings).filter((host) => !isUnknownHost(host, settings));
  const hosts = known.map((host) => ({
    path: `vm.hosts.${host.name}`,
    address: sshAddressOf(host),
    port,
    hostKey: host.hostKey,
  }));
  return jumpHost === undefined || holdsUnknown(JSON.stringify(jumpHost))
    ? hosts
    : [...hosts, { path: "vm.ssh.jumpHost", ...jumpHost }];
}

/** The files in which ssh keeps known host keys. */
const knownHostsFiles = ["~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"];

/**
 * The host keys of all endpoints, from the stack file or from the user's known hosts. An endpoint
 * without a known key is a problem, because nothing proves its identity.
 */
export function findHostKeys(settings: Settings): { keys: HostKeys; problems: Problem[] } {
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { path, address, port, hostKey } of ends(settings)) {
    const key = hostKey ?? lookUp(address, port);
    if (key !== undefined) found.set(`${address}:${port}`, key);
    else {
      problems.push({
        path: `${path}.hostKey`,
        message:
          `no host key of ${address} is known; set it to what \`ssh-keyscan -p ${port} ` +
          `${address}\` prints after the address, if you trust that, or log in once by ssh`,
      });
    }
  }
  return { keys: (address, port) => found.get(`${address}:${port}`), problems };
}

/** The key of an endpoint in the user's known hosts, where names may be hashed. */
function lookUp(address: string, port: number): string | undefined {
  const name = port === 22 ? address : `[${address}]:${port}`;
  const keys = knownHostsFiles
    .map(expandHome)
    .filter((file) => existsSync(file))
    .flatMap(
      (file) =>
        (spawnSync("ssh-keygen", ["-F", name, "-f", file], { encoding: "utf8" }).stdout as
          string | null) ?? "",
    )
    .flatMap((text) => text.split("\n"))
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("@"))
    .map((line) => line.split(" ").slice(1, 3).join(" "));
  // Clients ask for this type first. With another type the server would present a different key.
  return keys.find((key) => key.startsWith("ecdsa-")) ?? keys[0];
}
