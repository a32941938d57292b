/** A step and its duration, in milliseconds. */
export interface Step {
  what: string;
  milliseconds: number;
}

/** Measures consecutive steps. */
export class Stopwatch {
  readonly steps: Step[] = [];
  private last = performance.now();

  /** @param say is called with a line for each step */
  constructor(private readonly say: (line: string) => void) {}

  /** Ends a step, which began at the end of the previous one. */
  lap(what: string): void {
    const now = performance.now();
    const milliseconds = Math.round(now - this.last);
    this.last = now;
    this.steps.push({ what, milliseconds });
    this.say(`${String(milliseconds).padStart(6)} ms  ${what}`);
  }
}
