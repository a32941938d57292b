/** The programs of Prometheus, by name. */
export interface Prometheus {
  promtool: string;
  prometheus: string;
}

/**
 * Prometheus and its tool, which only tests need: those on `PATH`, or else those of Debian's
 * packages, unpacked in the Pulumi home.
 * @throws {Error} if there is none and none can be had; `advice` says what to do
 */
export function setUpPrometheus(): Promise<Prometheus>;
