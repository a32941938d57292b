import { memoryParameters } from "../patroni/memory";
import type { Settings } from "../settings/schema";

/** Connections reserved for the cluster itself: superuser, Patroni, the pool's lookups. */
export const reservedConnections = 10;

/** A member's `max_connections`: the stack file's, or derived from its memory. */
export function maximumConnections({ parameters, memoryMegabytes }: Settings["postgres"]): number {
  const given = Number(parameters.max_connections);
  return memoryParameters(memoryMegabytes, Number.isInteger(given) ? given : undefined)
    .max_connections;
}

/**
 * Maximum sessions from one router to one member, which leaves connections for the cluster itself.
 * Connections that the stack file reserves for some roles do not count.
 */
export function sessionsPerMember(postgres: Settings["postgres"]): number {
  const { superuser_reserved_connections: superuser = 3, reserved_connections: others = 0 } =
    postgres.parameters;
  // By default three of the reserved connections are the superuser's.
  const reserved = reservedConnections - 3 + Number(superuser) + Number(others);
  return Math.max(1, maximumConnections(postgres) - reserved);
}
