import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Alert } from "../../../../configs/monitoring/alert";
import { alertsOf } from "../../../../configs/monitoring/rules";
import type { Settings, SettingsInput } from "../../../../configs/settings/schema";
import { findingIds } from "../../../../operations/diagnose/finding";
import { type AlertCase, alertCases } from "../../../support/alerts/cases";
import { type RuleTest, testRules } from "../../../support/alerts/promtool";
import { settingsOf, vmInput } from "../../../support/models";

/** Settings with which every alert exists, and the longest waits are short. */
const tested = (input: Partial<SettingsInput> = {}): Settings =>
  settingsOf({
    patroni: { synchronousMode: "on" },
    backup: { enabled: input.platform !== "vm" },
    monitoring: { exporters: true, probe: true, pausedMinutes: 10, pendingRestartHours: 1 },
    ...input,
  });

/** Time between two evaluations, in seconds. */
const stepOf = ({ settings }: AlertCase) => tested(settings).monitoring.scrapeIntervalSeconds;

const alertsIn = (settings: Settings) => Object.values(alertsOf(settings)).flat();

const onHosts = alertsIn(tested(vmInput({ monitoring: { exporters: true, probe: true } })));
const onDocker = alertsIn(tested());

const alerts = [
  ...onDocker,
  ...onHosts.filter(({ name }) => !onDocker.some((other) => other.name === name)),
];

const alertNamed = (name: string): Alert => {
  const found = alerts.find((alert) => alert.name === name);
  assert.ok(found, `there is no alert ${name}`);
  return found;
};

/** What fires, with a place for each alert that names no service. */
const named = (fires: Record<string, string[]>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(fires).map(([name, who]) => [name, who.length === 0 ? [""] : who]),
  );

describe("the alert rules", function () {
  this.timeout(60_000);

  it("have cases of every alert, both ways, and of no other", () => {
    assert.deepEqual(Object.keys(alertCases).sort(), alerts.map(({ name }) => name).sort());
    for (const [name, { fires, quiet }] of Object.entries(alertCases)) {
      assert.ok((fires.fires ?? { [name]: [] })[name], `${name} is not expected to fire`);
      assert.notEqual(Object.keys(quiet).length, 0, `${name} has no quiet case`);
      for (const one of Object.values(quiet))
        assert.equal(one.fires?.[name], undefined, `${name} fires in a quiet case`);
    }
  });

  it("name sections of the documentation that exist", () => {
    const anchors = (page: string) =>
      [...readFileSync(`docs/how-to/${page}`, "utf8").matchAll(/^#+ (.*)$/gm)].map(
        ([, heading = ""]) =>
          heading
            .toLowerCase()
            .replace(/[^\w\s-]/g, "")
            .replaceAll(" ", "-"),
      );
    for (const { name, runbook } of alerts) {
      const [page = "", anchor = ""] = runbook.split("#");
      assert.ok(anchors(page).includes(anchor), `${name}: ${runbook}`);
      if (page === "runbook.md") assert.ok((findingIds as string[]).includes(anchor), anchor);
    }
  });

  it("fire nothing on a healthy cluster", () =>
    testRules({
      name: "healthy",
      settings: tested(),
      tested: { fault: (all) => all },
      expected: [{ after: 600, fires: {} }],
    }));

  for (const [name, { fires, quiet, seenAfter = 0 }] of Object.entries(alertCases)) {
    const { forSeconds } = alertNamed(name);
    const step = stepOf(fires);
    const after = (one: AlertCase) => forSeconds + seenAfter + stepOf(one);
    const ruleTest = (one: AlertCase, expected: RuleTest["expected"], title: string) => ({
      name: `${name}: ${title}`,
      settings: tested(one.settings),
      tested: one,
      expected,
    });

    it(`fire ${name}, and nothing unrelated, after ${forSeconds} s`, () =>
      testRules(
        ruleTest(
          fires,
          [
            ...(forSeconds < 2 * step ? [] : [{ after: forSeconds - step, fires: without(name) }]),
            { after: after(fires), fires: named(fires.fires ?? { [name]: [] }) },
          ],
          "fires",
        ),
      ));

    for (const [why, one] of Object.entries(quiet))
      it(`do not fire ${name} when ${why}`, () =>
        testRules(ruleTest(one, [{ after: after(one), fires: named(one.fires ?? {}) }], why)));
  }

  /** What fires before an alert does: its companions may. */
  function without(name: string): Record<string, string[]> {
    const all = alertCases[name]?.fires.fires ?? {};
    const sooner = Object.entries(all).filter(
      ([other]) =>
        other !== name &&
        alertNamed(other).forSeconds <=
          alertNamed(name).forSeconds - stepOf(alertCases[name]?.fires ?? { fault: (all) => all }),
    );
    return named(Object.fromEntries(sooner));
  }
});
