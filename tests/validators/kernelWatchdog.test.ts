import assert from "node:assert/strict";
import { isEverything } from "../parts";
import { guardIn, memberScript } from "../support/guard/guarding";
import { boot, buildMachine } from "../support/machine/machine";

/** The machine has no PostgreSQL: a process of the guard's unit stands for it. */
const postgres = ". /try/member.sh; sleep 1000 &";
const leads = "lead 4000";

/** What a machine prints on which the guard watches over a shell script in Patroni's place. */
const machineWith = (seconds: number, ...patroni: string[]) =>
  boot(
    [
      ...guardIn("."),
      { path: "member.sh", content: memberScript, mode: 0o600 },
      { path: "patroni", content: patroni.join("\n"), mode: 0o700 },
    ],
    seconds,
  );

// A container has its machine's kernel, and here that has no watchdog: so a machine of its own,
// without the processor's help.
describe("the kernel's watchdog behind the guard", function () {
  this.timeout("15m");
  before(function () {
    // Minutes of emulation, for those who ask for everything.
    if (!isEverything()) this.skip();
    buildMachine();
  });

  it("resets the machine when not even the guard runs any more", async () => {
    const console = await machineWith(
      60,
      postgres,
      leads,
      "sleep 2",
      "kill -STOP $PPID",
      "sleep 1000",
    );
    assert.match(console, /booted\n(.*\n)*.*softdog: Initiating system reboot/);
    assert.doesNotMatch(console, /switched off|PostgreSQL is killed/);
  });

  it("does not where the guard kills PostgreSQL in time", async () => {
    const console = await machineWith(20, postgres, leads, "kill -STOP $$");
    assert.match(console, /has not renewed it: PostgreSQL is killed\n(.*\n)*switched off/);
  });

  it("does not when Patroni renews its lease and then leads no more", async () => {
    const renew = `for _ in 1 2 3 4; do sleep 2; ${leads}; done`;
    const console = await machineWith(25, postgres, leads, renew, "does_not_lead", "sleep 1000");
    assert.match(console, /switched off/);
    assert.doesNotMatch(console, /PostgreSQL is killed/);
  });
});
