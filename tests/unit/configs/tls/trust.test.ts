import assert from "node:assert/strict";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { shareKey, trustOf, trustProblems } from "../../../../configs/tls/trust";
import { TestCertificate } from "../../../support/certificates";
import { settingsOf } from "../../../support/models";

const step = (authority: number) => settingsOf({ credentials: { authority } });
const paths = (settings: ReturnType<typeof settingsOf>, ...noted: ReturnType<typeof step>[]) =>
  trustProblems(settings, noted.map(trustOf)).map(({ path }) => path);

describe("steps to another CA", () => {
  it("are taken one at a time, forwards or back, or not at all", () => {
    for (const [authority, taken] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [1, 2],
      [7, 7],
    ] as const) {
      assert.deepEqual(paths(step(authority), step(taken)), [], `${taken} -> ${authority}`);
    }
  });

  for (const [authority, taken] of [
    [2, 0],
    [6, 3],
    [0, 2],
    [3, 9],
  ] as const) {
    it(`are refused from ${taken} to ${authority} in one go`, () => {
      assert.deepEqual(paths(step(authority), step(taken)), ["credentials.authority"]);
    });
  }

  it("are refused with who is trusted and has signed, in words", () => {
    const [problem] = trustProblems(step(2), [trustOf(step(0))]);
    assert.equal(
      problem?.message,
      "takes one step in an `up`, got 2: services that run have certificates of own CA 1 and trust own CA 1",
    );
  });

  it("go on, or back, after one that was cut short, and nowhere else", () => {
    for (const [authority, isRefused] of [
      [0, true],
      [1, false],
      [2, false],
      [3, true],
    ] as const) {
      const found = paths(step(authority), step(1), step(2));
      assert.equal(found.length > 0, isRefused, `to ${authority}`);
    }
  });

  it("can be anything where nothing was noted", () => {
    assert.deepEqual(paths(step(5)), []);
  });
});

describe("two sets of CAs", () => {
  it("are of one cluster if they have a key in common", async () => {
    const one = await TestCertificate.authority("one");
    const other = await TestCertificate.authority("one");
    assert.equal(shareKey(one.certificate + other.certificate, other.certificate), true);
    assert.equal(shareKey(one.certificate, other.certificate), false, "a name is no proof");
    assert.equal(shareKey("", other.certificate), false);
  });
});

describe("a given CA", () => {
  let given: (name: string, alsoTrusted?: string) => Promise<ReturnType<typeof settingsOf>>;
  let roots: Record<string, TestCertificate>;
  before(async () => {
    roots = {
      one: await TestCertificate.authority("one"),
      two: await TestCertificate.authority("two"),
    };
    given = async (name, alsoTrusted) => {
      const root = roots[name];
      assert.ok(root !== undefined);
      // Below a root, as it should be.
      const signing = await root.sign({ commonName: `signs for ${name}`, isAuthority: true });
      const tls: SettingsInput["tls"] = {
        ca: {
          certificate: signing.certificate + root.certificate,
          privateKey: signing.privateKey,
        },
        ...(alsoTrusted === undefined ? {} : { alsoTrusted: roots[alsoTrusted]?.certificate }),
      };
      return settingsOf({ tls });
    };
  });

  it("may be another one of the same root", async () => {
    assert.deepEqual(paths(await given("one"), await given("one")), []);
  });

  it("is exchanged once all trust the other, and the former is trusted until that is done", async () => {
    const way = [
      await given("one"),
      await given("one", "two"),
      await given("two", "one"),
      await given("two"),
    ];
    for (const [i, after] of way.entries()) {
      const before = way[i - 1];
      if (before !== undefined) assert.deepEqual(paths(after, before), [], `step ${i}`);
    }
  });

  it("is not exchanged before all trust it", async () => {
    assert.deepEqual(paths(await given("two", "one"), await given("one")), ["tls.ca"]);
  });

  it("stays trusted while services have certificates of it", async () => {
    assert.deepEqual(paths(await given("two"), await given("one", "two")), ["tls.alsoTrusted"]);
  });

  it("does not take the place of the cluster's own, nor the other way round", async () => {
    assert.deepEqual(paths(await given("one"), step(0)), ["tls.ca"]);
    assert.deepEqual(paths(step(0), await given("one")), ["tls.ca"]);
  });
});
