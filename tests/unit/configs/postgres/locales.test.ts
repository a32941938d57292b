import assert from "node:assert/strict";
import { localesOf } from "../../../../configs/postgres/locales";
import { settingsOf } from "../../../support/models";

describe("locales of members", () => {
  it("are none where settings name only those of every system", () => {
    const postgres = { initdb: { locale: "C", lcCtype: "C.utf8" }, parameters: { lc_time: "" } };
    assert.deepEqual(localesOf(settingsOf().postgres), []);
    assert.deepEqual(localesOf(settingsOf({ postgres }).postgres), []);
  });

  it("are those that initdb, parameters and the stack file name, each once", () => {
    const { postgres } = settingsOf({
      postgres: {
        locales: ["sv_SE.UTF-8"],
        initdb: { locale: "C", lcCtype: "zh_CN.UTF-8", lcCollate: "de_DE@euro" },
        parameters: { lc_messages: "zh_CN.UTF-8", lc_time: "en_US.UTF-8" },
      },
    });
    const expected = ["de_DE@euro", "en_US.UTF-8", "sv_SE.UTF-8", "zh_CN.UTF-8"];
    assert.deepEqual(localesOf(postgres), expected);
  });
});
