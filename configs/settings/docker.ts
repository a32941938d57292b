import { z } from "zod";
import { address, hostAddress, line, network, port } from "./values";

/** The Docker Engine and the containers. */
export const dockerSettings = z
  .strictObject({
    host: z
      .string()
      .regex(/^(unix|tcp|ssh|npipe):\/\/.+/, "must be a unix://, tcp:// or ssh:// address")
      .optional()
      .describe("Address of the Docker Engine. Default: DOCKER_HOST, or the local Engine."),
    publishAddress: address()
      .default("127.0.0.1")
      .describe("Address that published ports listen on. Default: this machine only."),
    advertiseAddress: hostAddress()
      .optional()
      .describe(
        "Host name or address in connection strings and certificates. Must be set if " +
          "`publishAddress` is 0.0.0.0. Default: `publishAddress`.",
      ),
    clientNetworks: z
      .array(network())
      .default([])
      .describe(
        "Networks whose clients may log in to the members directly, not through HAProxy or " +
          "PgBouncer. Clients on the Engine's machine always may.",
      ),
    memberPort: port()
      .default(15432)
      .describe(
        "Published port of the first member, for direct connections. Each further member has " +
          "the next port.",
      ),
    subnet: network()
      .optional()
      .describe("Subnet of the cluster's network. Default: Docker chooses it."),
    baseImage: line()
      .default("debian:trixie-slim")
      .describe("Debian image from which the images of all services are built."),
    registry: line()
      .regex(
        /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/,
        "must be a registry and a path, such as registry.example/hapg",
      )
      .optional()
      .describe(
        "Registry and path of the services' images, such as registry.example/hapg. The docker " +
          "client's own login is used.",
      ),
    images: z
      .enum(["build", "push", "pull"])
      .default("build")
      .describe(
        "Where images come from: built on the Engine, built and pushed to `registry`, or pulled " +
          "from `registry`. The tag is a digest of what the image is built from.",
      ),
    logMegabytes: z
      .int()
      .min(1)
      .max(10240)
      .default(20)
      .describe("Size at which the log of a container begins a new file, in MiB."),
    logFiles: z
      .int()
      .min(1)
      .max(100)
      .default(5)
      .describe("Number of log files of a container that are kept."),
    packagesAsOf: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/, "must be a date such as 2026-11-28, in quotes")
      .optional()
      .describe(
        "Date of the last security updates. Another date builds all images again with the packages " +
          "of the day of the build, and rolls all services.",
      ),
  })
  .refine(({ images, registry }) => images === "build" || registry !== undefined, {
    path: ["registry"],
    message: "must be set when images are pushed or pulled",
  })
  .prefault({});
