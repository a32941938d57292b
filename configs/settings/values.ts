import { z } from "zod";
import { localePattern } from "../escape";

/** A whole number within bounds. */
export const wholeNumber = (min: number, max: number) => z.int().min(min).max(max);

/** A TCP port. */
export const port = () => wholeNumber(1, 65535);

const noIpv6 = "is IPv6, which is not supported: the services listen on IPv4; give an IPv4 one";

/** An IPv4 address. */
export const address = () =>
  z.ipv4({
    error: ({ input }) =>
      String(input).includes(":") ? noIpv6 : "must be an IPv4 address, such as 10.0.0.11",
  });

/** A network of IPv4 addresses. */
export const network = () =>
  z.cidrv4({
    error: ({ input }) =>
      String(input).includes(":") ? noIpv6 : "must be a network, such as 10.0.0.0/24",
  });

/** An IPv4 address or a DNS name. */
export const hostAddress = () =>
  line().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, {
    error: ({ input }) =>
      String(input).includes(":") ? noIpv6 : "must be an IPv4 address or a DNS name",
  });

/** A lower-case name usable as a DNS label, a Docker name and a Patroni scope. */
export const identifier = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(
      /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
      "must be lower-case letters, digits and hyphens, starting with a letter",
    );

/** A PostgreSQL identifier: at most 63 bytes, without control characters. */
export const postgresName = () =>
  z
    .string()
    .min(1)
    .refine((name) => Buffer.byteLength(name) <= 63, "must be at most 63 bytes")
    .refine((name) => !/[\u0000-\u001f\u007f]/.test(name), "must not contain control characters");

/** One line of text, for line-based files. */
export const line = () =>
  z
    .string()
    .min(1)
    .refine((text) => !/[\r\n\0]/.test(text), "must be a single line");

/** The name of a locale of the C library. */
export const localeName = () =>
  z.string().regex(localePattern, "must be the name of a locale, such as de_DE.UTF-8");

/** The value of a PostgreSQL parameter. */
export const parameterValue = () => z.union([z.string(), z.number(), z.boolean()]);

/** Processors that a service may use, in fractions. */
export const processors = (what: string) =>
  z
    .number()
    .min(0.05)
    .max(1024)
    .optional()
    .describe(`Processors that ${what} may use, such as 1.5. Default: no limit.`);

/** The name of a Debian package. */
export const systemPackage = () =>
  z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, "must be the name of a package");

/** The number of password changes: another number creates another password. */
export const rotation = (password: string, remark = "") =>
  wholeNumber(0, 1000000)
    .default(0)
    .describe(`Counter of changes of ${password}. Increase it by one for a new one${remark}.`);
