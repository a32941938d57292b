import { z } from "zod";
import { address, line, wholeNumber } from "./values";

/** The virtual address that moves between the hosts of HAProxy; virtual machines only. */
export const keepalivedSettings = z
  .strictObject({
    virtualAddress: address()
      .optional()
      .describe("Virtual address. One host with a working HAProxy holds it. Default: none."),
    prefixLength: wholeNumber(1, 32)
      .default(32)
      .describe("Length of the virtual address's network prefix, in bits."),
    interface: line()
      .regex(/^[A-Za-z0-9_.-]{1,15}$/, "must be the name of a network interface")
      .optional()
      .describe(
        "Network interface of the virtual address. Default: the interface that has the host's address.",
      ),
    routerId: wholeNumber(1, 255)
      .default(51)
      .describe("VRRP router identifier. It must be unique in the hosts' network."),
    memoryMegabytes: wholeNumber(16, 65536)
      .default(64)
      .describe("Memory limit of one Keepalived, in MiB."),
  })
  .prefault({});
