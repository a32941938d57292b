// @ts-check

/** How long a host may take to answer before it counts as out of reach. */
const probeTimeoutMs = 3_000;

/** @type {Map<string, Promise<boolean>>} */
const probes = new Map();

/**
 * Whether a web server answers, with whatever status. Asked once for each address.
 *
 * @param {string} url
 */
export function isReachable(url) {
  let probe = probes.get(url);
  if (probe === undefined) {
    probe = fetch(url, { method: "HEAD", signal: AbortSignal.timeout(probeTimeoutMs) }).then(
      () => true,
      () => false,
    );
    probes.set(url, probe);
  }
  return probe;
}
