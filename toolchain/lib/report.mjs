// @ts-check

const progressIntervalMs = 20_000;
const spinnerIntervalMs = 1_000;
const labelWidth = 12;

/**
 * Tells the user what setup finds and does, a line each. While something takes long, a terminal
 * shows a line that is renewed every second; anything else gets a further line now and then.
 */
export class Reporter {
  /** @type {Map<string, number>} */
  #running = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #shownRunning = false;

  /**
   * @param {NodeJS.WriteStream | { write(text: string): unknown, isTTY?: boolean, columns?: number
   * }} stream
   */
  constructor(stream = process.stdout) {
    this.stream = stream;
  }

  /**
   * @param {string} step
   * @param {string} text
   */
  line(step, text) {
    this.#clear();
    this.stream.write(`${step.padEnd(labelWidth)} ${text}\n`);
  }

  /**
   * Shows that something is under way for as long as `work` takes.
   *
   * @template T
   * @param {string} what
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async during(what, work) {
    this.#running.set(what, Date.now());
    this.#timer ??= setInterval(
      () => this.#progress(),
      this.stream.isTTY ? spinnerIntervalMs : progressIntervalMs,
    );
    try {
      return await work();
    } finally {
      this.#running.delete(what);
      this.#clear();
      if (this.#running.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    }
  }

  #progress() {
    const items = [...this.#running].map(
      ([what, start]) => `${what} ${seconds(Date.now() - start)}`,
    );
    const text = `${"...".padEnd(labelWidth)} ${items.join(", ")}`;
    if (!this.stream.isTTY) {
      this.stream.write(`${text}\n`);
      return;
    }
    this.#clear();
    this.stream.write(text.slice(0, (this.stream.columns ?? 80) - 1));
    this.#shownRunning = true;
  }

  #clear() {
    if (this.#shownRunning) {
      this.stream.write("\r\u001b[2K");
      this.#shownRunning = false;
    }
  }
}

/**
 * A time span in words.
 *
 * @param {number} milliseconds
 * @returns {string} For example `0.4 s`, `35 s` or `2 min 5 s`.
 */
export function seconds(milliseconds) {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const total = Math.round(milliseconds / 1000);
  return total < 120 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}
