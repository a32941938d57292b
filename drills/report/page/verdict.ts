import { type Markup, markup } from "./markup";

/** Whether something passed, in a word and a colour. */
export const verdict = (passed: boolean): Markup =>
  passed
    ? markup`<span class="verdict passed">✓ passed</span>`
    : markup`<span class="verdict failed">✗ failed</span>`;
