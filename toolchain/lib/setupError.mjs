// @ts-check

/** A failure that the user can do something about: shown without a stack. */
export class SetupError extends Error {
  /**
   * @param {string} problem What is wrong.
   * @param {string} advice What to do about it.
   * @param {string} details The end of a log, if there is one.
   */
  constructor(problem, advice, details = "") {
    super(problem);
    this.advice = advice;
    this.details = details;
  }
}
