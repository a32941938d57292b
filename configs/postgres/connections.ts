import { memoryParameters } from "../patroni/memory";
import type { Settings } from "../settings/schema";

/** Connections kept for the cluster itself: superuser, Patroni, the pool's lookups. */
export const reservedConnections = 10;

/** A member's `max_connections`: the stack file's, or what its memory gives. */
export function maximumConnections({ parameters, memoryMegabytes }: Settings["postgres"]): number {
  const given = Number(parameters.max_connections);
  return memoryParameters(memoryMegabytes, Number.isInteger(given) ? given : undefined)
    .max_connections;
}

/**
 * Sessions that a router opens to one member at most, so that the cluster's own connections find room. What the stack
 * file reserves for some roles is none that others could get.
 */
export function sessionsPerMember(postgres: Settings["postgres"]): number {
  const { superuser_reserved_connections: superuser = 3, reserved_connections: others = 0 } =
    postgres.parameters;
  // Three of the reserved ones are the superuser's by default.
  const reserved = reservedConnections - 3 + Number(superuser) + Number(others);
  return Math.max(1, maximumConnections(postgres) - reserved);
}
