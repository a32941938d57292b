import assert from "node:assert/strict";
import { execaSync } from "execa";
import { etcdAccess, patroniPrefix } from "../../../../configs/etcd/access";
import { settingsOf } from "../../../support/models";

describe("Patroni's place in etcd", () => {
  for (const [namespace, expected] of [
    ["/service/", "/service/test/"],
    ["/clusters/eu/", "/clusters/eu/test/"],
  ] as const) {
    it(`is ${expected} in the namespace ${namespace}`, () => {
      const { patroni } = settingsOf({ patroni: { namespace } });
      assert.equal(patroniPrefix({ namespace: patroni.namespace, clusterName: "test" }), expected);
    });
  }

  it("ends with a slash: a cluster whose name goes on is another one", () => {
    const of = (clusterName: string) => patroniPrefix({ namespace: "/service/", clusterName });
    assert.ok(!of("shop-eu").startsWith(of("shop")));
  });
});

describe("etcd's access", () => {
  it("is valid shell, with the prefix as one word", () => {
    const script = etcdAccess({ namespace: "/service/", clusterName: "test" });
    execaSync("sh", ["-n"], { input: script });
    assert.match(script, / readwrite '\/service\/test\/'$/m);
  });

  it("turns the checks on last: whoever it shuts out has a login by then", () => {
    const lines = etcdAccess({ namespace: "/service/", clusterName: "test" }).trim().split("\n");
    assert.equal(lines.at(-1), "ctl auth enable");
  });
});
