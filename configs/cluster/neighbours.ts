import { BlockList } from "node:net";
import type { Problem } from "../settings/problem";
import type { Settings } from "../settings/schema";
import { vmHosts } from "./placement";
import { publishedPorts } from "./publishedPorts";

/** Conflicts between two clusters of one program, as far as their settings show them. */
export const conflicts = (settings: Settings, other: Settings): Problem[] => [
  ...sameName(settings, other),
  ...samePorts(settings, other),
  ...sameSubnet(settings, other),
  ...sameHosts(settings, other),
  ...sameVirtualAddress(settings, other),
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

/** Docker refuses overlapping networks only in the middle of an update. */
function sameSubnet(settings: Settings, other: Settings): Problem[] {
  if (settings.platform !== "docker" || other.platform !== "docker") return [];
  const { subnet, host } = settings.docker;
  const taken = other.docker.subnet;
  if (subnet === undefined || taken === undefined || host !== other.docker.host) return [];
  if (!holds(subnet, taken) && !holds(taken, subnet)) return [];
  const message = `overlaps ${taken} of the cluster ${other.clusterName}; choose another`;
  return [{ path: "docker.subnet", message }];
}

/** Whether a network in CIDR notation holds the first address of another one. */
function holds(network: string, other: string): boolean {
  const [address = "", length] = network.split("/");
  const list = new BlockList();
  list.addSubnet(address, Number(length), "ipv4");
  return list.check(other.split("/")[0] ?? "", "ipv4");
}

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

/** A virtual address that the other cluster moves too, or that is the address of one's host. */
function sameVirtualAddress(settings: Settings, other: Settings): Problem[] {
  if (settings.platform !== "vm" || other.platform !== "vm") return [];
  // Behind another jump host is another network.
  if (JSON.stringify(settings.vm.ssh.jumpHost) !== JSON.stringify(other.vm.ssh.jumpHost)) return [];
  const { virtualAddress } = settings.keepalived;
  const others = other.keepalived.virtualAddress;
  const of = `of the cluster ${other.clusterName}`;
  const own =
    virtualAddress === undefined
      ? []
      : [
          ...(virtualAddress === others ? [`is also the virtual address ${of}`] : []),
          ...vmHosts(other)
            .filter(({ address }) => address === virtualAddress)
            .map(({ name }) => `is also the address of the host ${name} ${of}`),
        ];
  return [
    ...own.map((what) => ({
      path: "keepalived.virtualAddress",
      message: `${what}; choose another`,
    })),
    ...vmHosts(settings)
      .filter(({ address }) => address === others)
      .map(({ name, address }) => ({
        path: `vm.hosts.${name}`,
        message: `${address} is also the virtual address ${of}; choose another`,
      })),
  ];
}

/** The route to a host: behind another jump host, the same address is another machine. */
const machineOf = (
  { address, sshAddress = address }: ReturnType<typeof vmHosts>[number],
  { vm: { ssh } }: Settings,
) => JSON.stringify([sshAddress, ssh.port, ssh.jumpHost]);
