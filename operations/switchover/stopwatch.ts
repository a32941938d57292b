/** Something that was done, and for how long, in milliseconds. */
export interface Step {
  what: string;
  milliseconds: number;
}

/** Takes the time of steps, one after the other. */
export class Stopwatch {
  readonly steps: Step[] = [];
  private last = performance.now();

  /** @param say gets a line for each step */
  constructor(private readonly say: (line: string) => void) {}

  /** A step has ended; it began when the one before ended. */
  lap(what: string): void {
    const now = performance.now();
    const milliseconds = Math.round(now - this.last);
    this.last = now;
    this.steps.push({ what, milliseconds });
    this.say(`${String(milliseconds).padStart(6)} ms  ${what}`);
  }
}
