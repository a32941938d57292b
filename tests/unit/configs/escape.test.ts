import assert from "node:assert/strict";
import fc from "fast-check";
import { iniKey, iniValue, userlistField } from "../../../configs/escape";

/** Any text, with the characters that matter to the readers more often than chance has them. */
const special = ["'", '"', "\\", " ", ";", "#", "=", "%", "[", "]", "*", "\t", "\n", "\r"];
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...special), fc.string({ minLength: 1, maxLength: 1 })),
});

/** Reads a connection string's value as PgBouncer's `cstr_get_value` does. */
function readValue(quoted: string): { value: string; rest: string } {
  assert.equal(quoted[0], "'");
  let value = "";
  for (let i = 1; i < quoted.length; i++) {
    if (quoted[i] === "'" && quoted[++i] !== "'") return { value, rest: quoted.slice(i) };
    value += quoted[i] ?? "";
  }
  assert.fail("the quote is not closed");
}

/** Reads a field as PgBouncer's `find_quote` and `copy_quoted` do. */
function readField(quoted: string): { value: string; rest: string } {
  assert.equal(quoted[0], '"');
  const body = /^"((?:[^"]|"")*)"(?!")/.exec(quoted);
  assert.ok(body !== null, "the quote is not closed");
  return { value: (body[1] ?? "").replaceAll('""', '"'), rest: quoted.slice(body[0].length) };
}

describe("quoting for PgBouncer", () => {
  it("gives back every value of a connection string, and nothing after it", () => {
    fc.assert(
      fc.property(
        text.filter((value) => value !== "" && !/[\r\n\0]/.test(value)),
        (value) => {
          assert.deepEqual(readValue(`${iniValue(value)} port=1`), { value, rest: " port=1" });
        },
      ),
    );
  });

  it("gives back every field of the user list, and nothing after it", () => {
    fc.assert(
      fc.property(
        text.filter((value) => !value.includes("\0")),
        (value) => {
          assert.deepEqual(readField(`${userlistField(value)} "x"`), { value, rest: ' "x"' });
        },
      ),
    );
  });

  it("takes a key as it is or not at all", () => {
    fc.assert(
      fc.property(text, (name) => {
        if (/^[A-Za-z0-9_.-]+$/.test(name) && !name.endsWith("\n")) {
          assert.equal(iniKey(name), name);
        } else {
          assert.throws(() => iniKey(name));
        }
      }),
    );
  });

  for (const value of ["", "two\nlines", "carriage\rreturn", "nul\0"]) {
    it(`refuses the value ${JSON.stringify(value)}`, () => {
      assert.throws(() => iniValue(value), /cannot be a value/);
    });
  }

  it("refuses a NUL in the user list", () => {
    assert.throws(() => userlistField("a\0b"), /NUL/);
  });
});
