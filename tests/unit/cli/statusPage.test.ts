import assert from "node:assert/strict";
import { statusPage } from "../../../cli/statusPage";
import { diagnose } from "../../../operations/diagnose";
import { statusOf } from "../../../operations/status";
import { statusSchema } from "../../../operations/statusSchema";
import { TestCertificate } from "../../support/certificates";
import { assertGolden } from "../../support/golden";
import { askedAt, healthyLook } from "../../support/look";
import { vmSettingsOf } from "../../support/models";
import { withAddress } from "../../support/vmGraph";

describe("the page of a cluster's status", () => {
  const settings = vmSettingsOf(withAddress);
  const run = (command: string, ...words: string[]) => ["hapg", command, ...words].join(" ");

  /** The page while one member is gone and another one has a long way to catch up. */
  async function page(): Promise<string> {
    const look = healthyLook(settings, await TestCertificate.authority("valid", 700));
    const [primary, , third] = look.members;
    const database = primary?.facts?.database.value;
    const [sender] = database?.senders ?? [];
    if (sender !== undefined) {
      Object.assign(sender, { replayLagBytes: 5 * 1024 ** 2, replayLagSeconds: 12.3 });
    }
    database?.senders.pop();
    if (third !== undefined)
      Object.assign(third, { facts: undefined, silence: "no answer within 4 s" });
    const problems = diagnose({ look, settings, run });
    const status = statusOf(look, settings, askedAt * 1000);
    assert.doesNotThrow(() => statusSchema.parse({ ...status, problems }));
    return statusPage(status, problems);
  }

  it("begins with the problems, and has a table for each kind of service", async () => {
    const text = (await page())
      .replace(/ {2}\d{4}-\S+ \S+ UTC$/m, "  TIME")
      .replace(/\d+ days/, "DAYS");
    assertGolden("status.txt", `${text}\n`);
  });
});
