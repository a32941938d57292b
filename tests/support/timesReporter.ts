import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import Mocha from "mocha";
import type { TestTime } from "../fileTimes";

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_HOOK_END } = Mocha.Runner.constants;

/**
 * Mocha's usual report, and what each test took and why it failed as a line of JSON in the file that
 * HAPG_TEST_TIMES names.
 */
export default class TimesReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.HAPG_TEST_TIMES;
    if (file === undefined) return;
    const note = (one: Mocha.Runnable, error?: Error) => {
      const line: TestTime = {
        title: one.fullTitle(),
        milliseconds: one.duration ?? 0,
        ...(one.file === undefined ? {} : { file: relative(".", one.file) }),
        ...(error === undefined ? {} : { error: error.stack ?? error.message }),
      };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    };
    runner.on(EVENT_TEST_PASS, (test) => {
      note(test);
    });
    runner.on(EVENT_HOOK_END, (hook) => {
      note(hook);
    });
    runner.on(EVENT_TEST_FAIL, note);
  }
}
