import assert from "node:assert/strict";
import fc from "fast-check";
import { identifier, literal, names } from "../../../../configs/access/sql";
import { anyName, tokens } from "../../../support/sqlTokens";

describe("quoting for SQL", () => {
  it("gives back every identifier and every string, and nothing after it", () => {
    fc.assert(
      fc.property(anyName, anyName, (first, second) => {
        assert.deepEqual(tokens(`${identifier(first)} ${literal(second)};`), [
          { kind: "identifier", text: first },
          { kind: "string", text: second },
          { kind: "other", text: ";" },
        ]);
      }),
    );
  });

  it("gives back every name of a list", () => {
    fc.assert(
      fc.property(fc.array(anyName), (all) => {
        const strings = tokens(names(all)).filter(({ kind }) => kind === "string");
        assert.deepEqual(
          strings.map(({ text }) => text),
          all,
        );
      }),
    );
  });
});
