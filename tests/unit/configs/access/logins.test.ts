import assert from "node:assert/strict";
import fc from "fast-check";
import {
  currentLogin,
  currentName,
  everyLogin,
  passwordRotations,
  secondLogin,
} from "../../../../configs/access/logins";
import { testLogins } from "../../../support/access";

const rotation = fc.integer({ min: 0, max: 1000 });

describe("a role's two logins", () => {
  it("begin with the role itself alone", () => {
    assert.deepEqual(passwordRotations(0), { first: 0, second: undefined });
    const logins = testLogins("app", 0);
    assert.deepEqual(everyLogin(logins), [logins.first]);
    assert.equal(currentLogin(logins, 0).name, "app");
  });

  it("take turns", () => {
    const names = [0, 1, 2, 3].map((one) => currentName("app", one));
    assert.deepEqual(names, ["app", "app_b", "app", "app_b"]);
  });

  it("have a password of this rotation and one of the rotation before", () => {
    fc.assert(
      fc.property(rotation, (before) => {
        const now = before + 1;
        const { first, second } = passwordRotations(now);
        assert.deepEqual([first, second].sort(), [before, now].sort());
        const logins = testLogins("app", now);
        const current = currentLogin(logins, now);
        assert.equal(current.name, currentName("app", now));
        assert.match(current.password, new RegExp(`^password-${now} `));
      }),
    );
  });

  it("never change the password in use, nor its name, in the next rotation", () => {
    fc.assert(
      fc.property(rotation, (before) => {
        const inUse = currentLogin(testLogins("app", before), before);
        const next = everyLogin(testLogins("app", before + 1));
        assert.ok(
          next.some((login) => login.name === inUse.name && login.password === inUse.password),
        );
      }),
    );
  });

  it("have names of their own", () => {
    assert.equal(secondLogin("app"), "app_b");
  });
});
