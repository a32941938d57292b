import { freeShare } from "../../configs/postgres/limits";
import type { Severity } from "./finding";

/** How serious it is that a disk has so little free space; undefined if it has enough. */
export function lackOfSpace(disk: { bytes: number; freeBytes: number }): Severity | undefined {
  if (disk.freeBytes >= disk.bytes * freeShare.warning) return undefined;
  return disk.freeBytes < disk.bytes * freeShare.critical ? "critical" : "warning";
}
