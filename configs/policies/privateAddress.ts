import { BlockList, isIP } from "node:net";

/** RFC 1918, loopback, link-local, and RFC 6598; RFC 4193 and the like for IPv6. */
const networks: [string, number, "ipv4" | "ipv6"][] = [
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["::1", 128, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
];

const blocks = new BlockList();
for (const [network, length, family] of networks) blocks.addSubnet(network, length, family);

/** Whether the Internet does not reach an address. 0.0.0.0 stands for all addresses. */
export const isPrivate = (address: string): boolean =>
  blocks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
