import { X509Certificate } from "node:crypto";
import type { Part } from "../look/facts";
import type { Look, Seen } from "../look/look";
import { type Check, finding } from "./finding";
import { duration } from "../units";

/**
 * Clock difference that causes a warning, in seconds, beyond the duration of the question itself.
 */
const skewSeconds = 2;

const everyService = ({ etcd, members, routers, pools }: Look) =>
  [...etcd, ...members, ...routers, ...pools] as Seen<{
    now: Part<number>;
    certificate: Part<string>;
  }>[];

/** Days until each service's certificate expires; negative after that. */
export const certificateDays = (look: Look): { service: string; days: number }[] =>
  everyService(look).flatMap(({ name, facts, askedAt }) => {
    const pem = facts?.certificate.value;
    if (pem === undefined) return [];
    try {
      const ends = Date.parse(new X509Certificate(pem).validTo) / 1000;
      return [{ service: name, days: (ends - askedAt) / 86400 }];
    } catch {
      // Unreadable or empty: the service itself reports that.
      return [];
    }
  });

/** Checks that certificates do not expire soon. */
export const certificates: Check = ({ look, settings }) =>
  certificateDays(look).flatMap(({ service, days }) => {
    if (days <= 0)
      return [
        finding(
          "certificate-ended",
          service,
          `expired ${duration(-days * 86400)} ago`,
          "npm run up",
        ),
      ];
    // `up` renews it from then on. Half of that time has passed without an update.
    if (days > settings.tls.renewBeforeDays / 2) return [];
    return [
      finding("certificate-ending", service, `expires in ${duration(days * 86400)}`, "npm run up"),
    ];
  });

/** Checks that clocks agree: leases, certificates and logs rely on them. */
export const clocks: Check = ({ look, run }) => {
  const seen = new Set<string>();
  const all = [
    ...everyService(look).map((one) => ({ ...one, now: one.facts?.now.value })),
    ...look.repositories.map((one) => ({ ...one, now: one.facts?.now })),
  ];
  return all.flatMap(({ name, host, now, askedAt, milliseconds }) => {
    const place = host ?? "the Docker Engine";
    if (now === undefined || seen.has(place)) return [];
    seen.add(place);
    // A clock that is read in whole seconds may be up to one second behind.
    const skew = now - askedAt;
    if (Math.abs(skew) <= skewSeconds + milliseconds / 2000) return [];
    return [
      finding(
        "clock-skew",
        place,
        `${Math.abs(skew).toFixed(1)} s ${skew > 0 ? "ahead of" : "behind"} this machine`,
        run("exec", name, "--", "date", "--utc"),
      ),
    ];
  });
};

/** Checks that no killed update blocks the next one. */
export const stateLocks: Check = ({ locks = [], run }) =>
  locks.map((lock) => finding("state-locked", "stack", lock, run("unlock")));
