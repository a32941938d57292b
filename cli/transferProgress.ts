import type { TransferStep } from "../operations/transfer";
import { bytes } from "../operations/units";
import { progress } from "./terminal";

/** Interval of lines without a terminal, in milliseconds. */
const quietMilliseconds = 10_000;

const words: Record<TransferStep["step"], string> = {
  dump: "Dumping",
  count: "Counting rows",
  send: "Sending",
  load: "Loading",
  analyze: "Collecting statistics",
  verify: "Comparing rows and owners",
};

/** Shows the progress of a dump or a load: in one line on a terminal, otherwise at intervals. */
export class TransferProgress {
  private shown = { step: "", at: 0 };

  /** Shows a step. */
  readonly show = (step: TransferStep): void => {
    const text = stepText(step);
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\u001B[K${text}`);
    } else if (step.step !== this.shown.step || Date.now() - this.shown.at > quietMilliseconds) {
      progress(text);
      this.shown.at = Date.now();
    }
    this.shown.step = step.step;
  };

  /** Ends the line. */
  end(): void {
    if (process.stderr.isTTY && this.shown.step !== "") process.stderr.write("\r\u001B[K");
  }
}

/** A step as a line. */
export function stepText({ step, tables, bytes: size, of }: TransferStep): string {
  const count =
    tables !== undefined
      ? [`${tables} of ${of ?? "?"} tables`, ...(size === undefined ? [] : [bytes(size)])]
      : size !== undefined
        ? [`${bytes(size)} of ${bytes(of ?? size)}`]
        : [];
  return [words[step], ...(count.length === 0 ? ["..."] : [count.join(", ")])].join(" ");
}

/** Runs an action that Ctrl-C or the end of this terminal aborts. */
export async function interruptible<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Error("Interrupted."));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const one of signals) process.on(one, interrupt);
  try {
    return await action(controller.signal);
  } finally {
    for (const one of signals) process.off(one, interrupt);
  }
}
