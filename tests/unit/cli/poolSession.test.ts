import assert from "node:assert/strict";
import { Failure } from "../../../cli/failure";
import { loginOf } from "../../../cli/poolSession";

const write = (login: string) => ({ write: `postgresql://${login}@h1:1,h2:2/app?sslmode=require` });
const outputs = {
  roleConnectionStrings: { app: { app: write("app_b:p%40ss") } },
  administratorConnectionStrings: { postgres: write("administrator:a") },
  monitorConnectionStrings: { postgres: write("monitor:m") },
};

describe("the login for a session through PgBouncer", () => {
  it("is the present one of the role, from the stack's outputs", () => {
    assert.deepEqual(loginOf(outputs, "app", "app"), { user: "app_b", password: "p@ss" });
    assert.equal(loginOf(outputs, "monitor", "postgres").password, "m");
  });

  it("names what there is if the role or its database is unknown", () => {
    const is = (text: RegExp) => (error: unknown) =>
      error instanceof Failure && error.code === 2 && text.test(error.message);
    assert.throws(() => loginOf(outputs, "nobody", "app"), is(/Known are app, administrator/));
    assert.throws(() => loginOf(outputs, "app", "postgres"), is(/no access to .* postgres: app/));
  });
});
