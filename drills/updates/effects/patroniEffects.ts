import type { Settings } from "../../../configs/settings/schema";
import type { Effect } from "./effect";

/** Patroni's dynamic configuration as a member reports it (`GET /config`). */
export function patroniEffects(
  { patroni }: Settings,
  service: string,
  config: Record<string, unknown>,
): Effect[] {
  const wanted = {
    ttl: patroni.ttlSeconds,
    loop_wait: patroni.loopWaitSeconds,
    retry_timeout: patroni.retryTimeoutSeconds,
    failsafe_mode: patroni.failsafeMode,
    synchronous_mode: { off: false, on: true, quorum: "quorum" }[patroni.synchronousMode],
    synchronous_node_count: patroni.synchronousNodeCount,
  };
  return Object.entries(wanted).map(([what, value]) => ({
    ...{ service, what, wanted: String(value) },
    seen: String(config[what]),
  }));
}

/** What a commit on the primary waits for. @param names its `synchronous_standby_names` */
export function synchronousEffect({ patroni }: Settings, service: string, names: string): Effect {
  const kind = names === "" ? "off" : names.startsWith("ANY ") ? "quorum" : "on";
  return { service, what: "synchronous mode", wanted: patroni.synchronousMode, seen: kind };
}
