/** PostgreSQL parameters that depend on a member's memory. */
export interface MemoryParameters {
  max_connections: number;
  shared_buffers: string;
  effective_cache_size: string;
  work_mem: string;
  maintenance_work_mem: string;
}

const clamp = (value: number, low: number, high: number) =>
  Math.min(high, Math.max(low, Math.floor(value)));

/**
 * Sizes PostgreSQL for a member that uses its memory alone. A quarter goes to shared buffers, and
 * three quarters count as cache (PostgreSQL's documentation, "Resource Consumption"). The
 * connections share the rest, and each may run three sorts at once.
 * @param memoryMegabytes memory of the member, in MiB
 * @param maxConnections number of connections, if the stack file sets it
 */
export function memoryParameters(
  memoryMegabytes: number,
  maxConnections?: number,
): MemoryParameters {
  const connections = maxConnections ?? clamp(memoryMegabytes / 8, 100, 500);
  const buffers = Math.floor(memoryMegabytes / 4);
  return {
    max_connections: connections,
    shared_buffers: `${buffers}MB`,
    effective_cache_size: `${Math.floor((memoryMegabytes * 3) / 4)}MB`,
    work_mem: `${clamp((memoryMegabytes - buffers) / (connections * 3), 4, 256)}MB`,
    maintenance_work_mem: `${clamp(memoryMegabytes / 16, 32, 2048)}MB`,
  };
}
