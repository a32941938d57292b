/** Random numbers that are reproducible by seed (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** From 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of these values; the list must not be empty. */
  one<T>(all: T[]): T {
    return all[Math.floor(this.next() * all.length)] as T;
  }

  /** The same values in another order. */
  shuffled<T>(all: T[]): T[] {
    const left = [...all];
    return all.map(() => left.splice(Math.floor(this.next() * left.length), 1)[0] as T);
  }
}
