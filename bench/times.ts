import type { Figure } from "../measure/report";
import { spread } from "../measure/statistics";

/** What the commands without a change took, in seconds. */
export class Times {
  readonly preview: number[] = [];
  readonly up: number[] = [];

  constructor(private readonly who: string) {}

  figures(): Figure[] {
    return [
      { what: `preview, ${this.who}`, unit: "s", values: spread(this.preview), digits: 2 },
      { what: `up, ${this.who}`, unit: "s", values: spread(this.up), digits: 2 },
    ];
  }
}

/** How the medians of two lists compare. */
export const ratio = (what: string, times: number[], reference: number[]): Figure => ({
  what,
  unit: "times, by medians",
  values: spread([spread(times).median / spread(reference).median]),
  digits: 2,
});
