import assert from "node:assert/strict";
import fc from "fast-check";
import {
  authoritiesAfter,
  endWarning,
  etcdMemberName,
  etcdOperator,
  etcdOperatorIdentity,
  type Subject,
  subjectsOf,
} from "../../../../configs/tls/certificates";
import type { SettingsInput } from "../../../../configs/settings/schema";
import {
  addressedTopology,
  namedTopology,
  settingsOf,
  vmSettingsOf,
} from "../../../support/models";

const byName = (subjects: Subject[]) =>
  Object.fromEntries(subjects.map(({ name, ...subject }) => [name, subject]));

/** Who is in which certificate on Docker, whose clients come to one address. */
const onDocker = (input: Partial<SettingsInput> = {}, publishAddress = "127.0.0.1") => {
  const settings = settingsOf(input);
  return byName(subjectsOf(settings, namedTopology(settings), () => [publishAddress]));
};

/** Who is in which certificate on hosts that clients know by names. */
const onHosts = (input: Partial<SettingsInput> = {}) => {
  const settings = vmSettingsOf(input);
  const hosts = (services: string[]) =>
    services.map((service) => `db${service.replace(/\D/g, "")}.example`);
  return byName(subjectsOf(settings, addressedTopology(settings), hosts));
};

const local = ["127.0.0.1", "::1"];

describe("names in certificates", () => {
  it("are a service's own, on Docker, and those of the routers for a member behind them", () => {
    assert.deepEqual(onDocker(), {
      ...Object.fromEntries(
        ["etcd1", "etcd2", "etcd3"].map((name) => [
          name,
          { dnsNames: [name, "localhost", etcdMemberName], ipAddresses: local },
        ]),
      ),
      [etcdOperatorIdentity]: { commonName: etcdOperator, dnsNames: [], ipAddresses: [] },
      ...Object.fromEntries(
        ["patroni1", "patroni2", "patroni3"].map((name) => [
          name,
          { dnsNames: [name, "localhost", "haproxy1"], ipAddresses: local },
        ]),
      ),
      haproxy1: { dnsNames: ["haproxy1", "localhost"], ipAddresses: local },
      pgbouncer1: { dnsNames: ["pgbouncer1", "localhost"], ipAddresses: local },
    });
  });

  it("are those of hosts, the virtual address and more names, where clients get to", () => {
    const subjects = onHosts({
      keepalived: { virtualAddress: "10.0.0.100" },
      tls: { additionalNames: ["db.example", "*.db.example", "2001:db8::1"] },
    });
    const shared = ["db.example", "*.db.example"];
    const hosts = ["db1.example", "db2.example", "db3.example"];
    const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
    const same = (subject: Subject | Omit<Subject, "name"> | undefined) => ({
      dnsNames: [...(subject?.dnsNames ?? [])].sort(),
      ipAddresses: [...(subject?.ipAddresses ?? [])].sort(),
    });
    const expected = (dnsNames: string[], ipAddresses: string[]) =>
      same({ dnsNames: ["localhost", ...dnsNames], ipAddresses: [...local, ...ipAddresses] });
    const everywhere = ["10.0.0.100", "2001:db8::1", ...addresses];
    const routers = ["haproxy1", "haproxy2", "haproxy3"];
    assert.deepEqual(
      same(subjects.patroni2),
      expected(["patroni2", ...routers, ...hosts, ...shared], everywhere),
    );
    assert.deepEqual(
      same(subjects.haproxy2),
      expected([...routers, ...hosts, ...shared], everywhere),
    );
    assert.deepEqual(
      same(subjects.pgbouncer2),
      expected(["pgbouncer1", "pgbouncer2", "pgbouncer3", ...hosts, ...shared], everywhere),
    );
    assert.deepEqual(same(subjects.etcd2), expected(["etcd2", etcdMemberName], ["10.0.0.2"]));
  });

  it("are never those of another member: a router tells them apart by them", () => {
    for (const subjects of [
      onDocker(),
      onHosts({ keepalived: { virtualAddress: "10.0.0.100" } }),
    ]) {
      const members = Object.keys(subjects).filter((name) => name.startsWith("patroni"));
      for (const member of members) {
        const names = subjects[member]?.dnsNames ?? [];
        assert.deepEqual(
          names.filter((name) => members.includes(name)),
          [member],
        );
      }
    }
  });

  it("make peers of etcd's members only, and the operator of nobody else", () => {
    for (const [name, { commonName, dnsNames }] of Object.entries(onDocker())) {
      assert.equal(dnsNames.includes(etcdMemberName), /^etcd\d/.test(name), name);
      assert.equal(commonName, name === etcdOperatorIdentity ? etcdOperator : undefined, name);
    }
  });

  it("leave out an address that stands for all of a machine's", () => {
    for (const [name, { ipAddresses }] of Object.entries(onDocker({}, "0.0.0.0"))) {
      assert.ok(!ipAddresses.includes("0.0.0.0"), name);
    }
  });

  it("are there once each", () => {
    const subjects = onDocker({ tls: { additionalNames: ["localhost", "haproxy1", "127.0.0.1"] } });
    for (const [name, { dnsNames, ipAddresses }] of Object.entries(subjects)) {
      const all = [...dnsNames, ...ipAddresses];
      assert.equal(new Set(all).size, all.length, name);
    }
  });
});

describe("the change to another CA", () => {
  it("has all trust the next one before that signs, and goes on for ever", () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map(authoritiesAfter), [
      { signing: 0, trusted: [0] },
      { signing: 0, trusted: [0, 1] },
      { signing: 1, trusted: [0, 1] },
      { signing: 1, trusted: [1, 2] },
      { signing: 2, trusted: [1, 2] },
      { signing: 2, trusted: [2, 3] },
      { signing: 3, trusted: [2, 3] },
    ]);
  });

  it("never shuts anybody out while some services have taken a step and others have not", () => {
    const steps = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(steps, fc.constantFrom(-1, 1), (before, change) => {
        fc.pre(before + change >= 0);
        const sides = [authoritiesAfter(before), authoritiesAfter(before + change)];
        for (const { signing } of sides) {
          for (const { trusted } of sides) assert.ok(trusted.includes(signing));
        }
      }),
    );
  });

  it("never brings a CA back that was given up: it would have another key", () => {
    const steps = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(steps, steps, steps, (one, two, three) => {
        const [first = 0, second = 0, third = 0] = [one, two, three].sort((a, b) => a - b);
        const [before, between, after] = [first, second, third].map(
          (step) => authoritiesAfter(step).trusted,
        );
        const back = before?.filter((ca) => after?.includes(ca) && !between?.includes(ca));
        assert.deepEqual(back, []);
      }),
    );
  });
});

describe("the end of the cluster's CA", () => {
  const now = new Date("2030-01-01T00:00:00Z");
  const settings = settingsOf({ credentials: { authority: 2 } });

  it("is warned of once a certificate that it signs would outlive it, with what to do", () => {
    assert.equal(
      endWarning("2031-12-30T00:00:00Z", settings, now),
      "The cluster's CA ends on 2031-12-30, and all certificates with it: change to a new CA, " +
        "with credentials.authority 3 as the next step.",
    );
  });

  it("is no matter before", () => {
    assert.equal(endWarning("2032-01-02T00:00:00Z", settings, now), undefined);
  });
});
