import type { Problem } from "../settings/rules";
import type { Settings } from "../settings/schema";
import { vmHosts } from "./placement";
import { publishedPorts } from "./publishedPorts";

/** Conflicts between two clusters of one program, as far as their settings show them. */
export const conflicts = (settings: Settings, other: Settings): Problem[] => [
  ...sameName(settings, other),
  ...samePorts(settings, other),
  ...sameHosts(settings, other),
];

/** Resource names contain the cluster's name, also on different Engines and hosts. */
const sameName = ({ clusterName }: Settings, other: Settings): Problem[] =>
  clusterName === other.clusterName
    ? [
        {
          path: "clusterName",
          message: `another cluster of this program is named ${clusterName}; choose another name`,
        },
      ]
    : [];

function samePorts(settings: Settings, other: Settings): Problem[] {
  if (settings.platform !== "docker" || other.platform !== "docker") return [];
  const { host, publishAddress } = settings.docker;
  const addresses = [publishAddress, other.docker.publishAddress];
  const isShared =
    addresses[0] === addresses[1] || addresses.some((one) => everywhere.includes(one));
  if (host !== other.docker.host || !isShared) return [];
  const taken = publishedPorts(other).map(({ port }) => port);
  return publishedPorts(settings)
    .filter(({ port }) => taken.includes(port))
    .map(({ port, setting }) => ({
      path: setting,
      message: `the cluster ${other.clusterName} publishes port ${port} too; choose another`,
    }));
}

/** Addresses that mean all of a machine's addresses. */
const everywhere = ["0.0.0.0", "::"];

function sameHosts(settings: Settings, other: Settings): Problem[] {
  if (settings.platform !== "vm" || other.platform !== "vm") return [];
  const taken = vmHosts(other).map((host) => machineOf(host, other));
  return vmHosts(settings)
    .filter((host) => taken.includes(machineOf(host, settings)))
    .map((host) => ({
      path: `vm.hosts.${host.name}`,
      message: `${host.address} is a host of the cluster ${other.clusterName} too; choose another`,
    }));
}

/** The route to a host: behind another jump host, the same address is another machine. */
const machineOf = (
  { address, sshAddress = address }: ReturnType<typeof vmHosts>[number],
  { vm: { ssh } }: Settings,
) => JSON.stringify([sshAddress, ssh.port, ssh.jumpHost]);
