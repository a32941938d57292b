/** Where a time is in a drawing. */
export interface Scale {
  /** The times that it spans, in milliseconds. */
  from: number;
  to: number;
  /** What it spans them over: units of the drawing. */
  left: number;
  right: number;
  x: (milliseconds: number) => number;
  /** Round times, in milliseconds, for a grid. */
  ticks: number[];
}

/**
 * A linear scale.
 * @param times that it has to hold, in milliseconds; of none, or of one only, it spans a second
 * @param most how many ticks there is space for
 */
export function scaleOver(times: number[], left: number, right: number, most: number): Scale {
  const from = times.reduce((least, time) => Math.min(least, time), times[0] ?? 0);
  const to = times.reduce((greatest, time) => Math.max(greatest, time), from);
  const end = to === from ? from + 1000 : to;
  return {
    from,
    to: end,
    left,
    right,
    x: (milliseconds) => left + ((milliseconds - from) / (end - from)) * (right - left),
    ticks: ticks(from, end, most),
  };
}

/**
 * Multiples of the smallest step of 1, 2 or 5 times a power of ten milliseconds that gives few
 * enough ticks.
 */
function ticks(from: number, to: number, most: number): number[] {
  const coarse = 10 ** Math.floor(Math.log10((to - from) / most));
  const step = [1, 2, 5].map((times) => times * coarse).find((size) => (to - from) / size <= most);
  const width = step ?? coarse * 10;
  const first = Math.ceil(from / width);
  return Array.from({ length: Math.floor(to / width) - first + 1 }, (_, i) => (first + i) * width);
}
