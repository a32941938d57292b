import type { MemberState, Moment } from "../../result";
import { type Markup, markup } from "./markup";
import { stateBar } from "./memberRows";
import { momentMark } from "./momentMark";

const states: Record<MemberState, string> = {
  writable: "writable",
  standby: "standby",
  silent: "silent: does not answer",
};

const moments: Record<Moment["kind"], string> = {
  fault: "fault",
  undo: "end of the fault",
  seen: "what came of it",
};

/** What the marks of a timeline mean. */
export function legend(): Markup {
  const entries = [
    ...typedEntries(states).map(([state, meaning]) => entry(stateBar(state, 0, 11, 36), meaning)),
    ...typedEntries(moments).map(([kind, meaning]) => entry(momentMark(kind, 18, 11), meaning)),
    entry(markup`<path class="writes" d="M0 20V8H12V4H24V10H36V20Z"/>`, "writes per 0.1 s"),
    entry(markup`<rect class="outage" x="6" y="1" width="24" height="20"/>`, "none succeeded"),
  ];
  return markup`<ul class="legend">${entries}</ul>`;
}

const entry = (swatch: Markup, meaning: string) =>
  markup`<li><svg width="36" height="22" aria-hidden="true">${swatch}</svg> ${meaning}</li>`;

const typedEntries = <Key extends string>(record: Record<Key, string>) =>
  Object.entries(record) as [Key, string][];
