import assert from "node:assert/strict";
import { drainOf } from "../../../operations/drain";
import type { Look } from "../../../operations/look/look";
import { Refusal } from "../../../operations/switchover/choice";
import { TestCertificate } from "../../support/certificates";
import { healthyLook } from "../../support/look";
import { settingsOf, vmSettingsOf } from "../../support/models";
import { withAddress } from "../../support/vmGraph";

describe("draining", () => {
  let certificate: TestCertificate;
  before(async () => (certificate = await TestCertificate.authority("valid", 700)));

  describe("a host", () => {
    const settings = vmSettingsOf(withAddress);
    const host = Object.keys(settings.vm.hosts)[0] ?? "";
    let look: Look;
    beforeEach(() => (look = healthyLook(settings, certificate)));

    it("moves the primary, etcd's leader and the virtual address", () => {
      const { primary, etcd, keepalived } = drainOf(look, settings, host);
      assert.deepEqual(
        { primary, etcd, keepalived },
        {
          primary: "patroni1",
          etcd: { from: "etcd1", to: "etcd2" },
          keepalived: "keepalived1",
        },
      );
    });

    it("gives etcd to none that is not healthy", () => {
      const second = look.etcd.find(({ name }) => name === "etcd2");
      Object.assign(second?.facts ?? {}, { health: { problem: "no leader" } });
      assert.equal(drainOf(look, settings, host).etcd?.to, "etcd3");
      for (const { facts } of look.etcd) Object.assign(facts ?? {}, { health: { problem: "no" } });
      assert.throws(() => drainOf(look, settings, host), Refusal);
    });
  });

  it("moves nothing away from a service that leads nothing, and counts its sessions", () => {
    const settings = settingsOf({});
    const found = drainOf(healthyLook(settings, certificate), settings, "haproxy1");
    assert.deepEqual(found, {
      services: ["haproxy1"],
      primary: undefined,
      etcd: undefined,
      keepalived: undefined,
      sessions: [{ service: "haproxy1", count: 3 }],
    });
  });

  it("refuses a name that is none", () => {
    const settings = settingsOf({});
    const look = healthyLook(settings, certificate);
    assert.throws(() => drainOf(look, settings, "db9"), /no host or service db9/);
  });
});
