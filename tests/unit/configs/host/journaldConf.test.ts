import assert from "node:assert/strict";
import { renderJournaldConf } from "../../../../configs/host/journaldConf";
import { assertGolden } from "../../../support/golden";
import { settingsOf } from "../../../support/models";

describe("what a host keeps of its journal", () => {
  const rendered = (journal: { maximumMegabytes?: number; days?: number }) =>
    renderJournaldConf(settingsOf({ vm: { journal } }).vm.journal);

  it("is as expected", () => {
    assertGolden("journald.conf", rendered({ maximumMegabytes: 2048, days: 30 }) ?? "");
  });

  it("is limited by one of both, or left to the host", () => {
    assert.match(rendered({ days: 7 }) ?? "", /\nMaxRetentionSec=7day\n$/);
    assert.doesNotMatch(rendered({ days: 7 }) ?? "", /SystemMaxUse/);
    assert.equal(rendered({}), undefined);
  });
});
