import assert from "node:assert/strict";
import { momentOf } from "../../../../configs/backup/moment";

describe("a time of the stack file", () => {
  const times: [string, string][] = [
    ["2026-11-28T12:04:00Z", "2026-11-28 12:04:00+00"],
    ["2026-11-28T12:04:00.123456Z", "2026-11-28 12:04:00.123456+00"],
    ["2026-11-28 12:04:00+02", "2026-11-28 10:04:00+00"],
    ["2026-11-28T12:04:00-01:30", "2026-11-28 13:34:00+00"],
    // What Pulumi makes of those without quotes.
    ["2026-11-28 12:04:00.123456 +0000 UTC", "2026-11-28 12:04:00.123456+00"],
    ["2026-11-28 12:04:00 +0200 +0200", "2026-11-28 10:04:00+00"],
  ];
  for (const [text, utc] of times)
    it(`is ${utc} if it is written ${text}`, () => {
      const found = momentOf(text);
      assert.equal(found?.time, utc);
      assert.equal(found.timeSeconds, Date.parse(utc.slice(0, 19).replace(" ", "T") + "Z") / 1000);
    });

  for (const text of ["2026-11-28T12:04:00", "2026-11-28", "yesterday", "2026-13-28T12:04:00Z"])
    it(`is none if it is ${text}`, () => {
      assert.equal(momentOf(text), undefined);
    });
});
