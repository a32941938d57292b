/** Formats bytes for the operator, such as `1.5 GiB`. */
export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = count;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** Formats a duration for the operator, such as `3 d 4 h` or `12 s`. @param seconds at least 0 */
export function duration(seconds: number): string {
  const parts: [number, string][] = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = parts.findIndex(([size]) => seconds >= size);
  if (first === -1) return "0 s";
  const [size, unit] = parts[first] ?? [1, "s"];
  const whole = Math.floor(seconds / size);
  const [nextSize, nextUnit] = parts[first + 1] ?? [0, ""];
  const rest = nextSize === 0 ? 0 : Math.floor((seconds % size) / nextSize);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${nextUnit}`;
}

/** Formats a time for the operator, such as `2026-11-28 16:42:51 UTC`. @param seconds since 1970 */
export const utcTime = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
