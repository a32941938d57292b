import type { Severity } from "./finding";

/** Free shares of a disk below which there is a warning, and a critical finding. */
const [lowShare, lastShare] = [0.15, 0.05];

/** How serious it is that a disk has so little free space; undefined if it has enough. */
export function lackOfSpace(disk: { bytes: number; freeBytes: number }): Severity | undefined {
  if (disk.freeBytes >= disk.bytes * lowShare) return undefined;
  return disk.freeBytes < disk.bytes * lastShare ? "critical" : "warning";
}
