import { z } from "zod";
import { line, whole } from "./values";

/** The address that moves between the hosts of HAProxy; virtual machines only. */
export const keepalivedSettings = z
  .strictObject({
    virtualAddress: z
      .ipv4()
      .optional()
      .describe("Address that a host with a working HAProxy holds. Default: none."),
    prefixLength: whole(1, 32)
      .default(32)
      .describe("Length of the virtual address's network prefix, in bits."),
    interface: line()
      .regex(/^[A-Za-z0-9_.-]{1,15}$/, "must be the name of a network interface")
      .optional()
      .describe("Interface that gets it. Default: the one that holds the host's own address."),
    routerId: whole(1, 255)
      .default(51)
      .describe("VRRP's number of this group; unique in the hosts' network."),
    memoryMegabytes: whole(16, 65536)
      .default(64)
      .describe("Memory limit of one Keepalived, in MiB."),
  })
  .prefault({});
