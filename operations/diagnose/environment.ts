import { X509Certificate } from "node:crypto";
import type { Part } from "../look/facts";
import type { Look, Seen } from "../look/look";
import { type Check, finding } from "./finding";
import { duration } from "../units";

/** Difference of clocks, beyond what the question itself took, that is worth a warning, in seconds. */
const skewSeconds = 2;

const everyService = ({ etcd, members, routers, pools }: Look) =>
  [...etcd, ...members, ...routers, ...pools] as Seen<{
    now: Part<number>;
    certificate: Part<string>;
  }>[];

/** Days until each service's certificate expires; negative once it has. */
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

/** Certificates are valid for some time to come. */
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
    // `up` renews it from then on; half of that time has passed without one.
    if (days > settings.tls.renewBeforeDays / 2) return [];
    return [
      finding("certificate-ending", service, `expires in ${duration(days * 86400)}`, "npm run up"),
    ];
  });

/** Clocks agree: leases, certificates and logs rely on them. */
export const clocks: Check = ({ look, run }) => {
  const seen = new Set<string>();
  return everyService(look).flatMap(({ name, host, facts, askedAt, milliseconds }) => {
    const now = facts?.now.value;
    const place = host ?? "the Docker Engine";
    if (now === undefined || seen.has(place)) return [];
    seen.add(place);
    // A clock that is read in whole seconds may be up to one late.
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

/** No update that was killed keeps the next one from running. */
export const stateLocks: Check = ({ locks = [], run }) =>
  locks.map((lock) => finding("state-locked", "stack", lock, run("unlock")));
