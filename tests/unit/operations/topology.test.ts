import assert from "node:assert/strict";
import { topologySchema } from "../../../operations/statusSchema";
import { type ReplicationNode, topologyOf } from "../../../operations/topology";
import { TestCertificate } from "../../support/certificates";
import { healthyLook } from "../../support/look";
import { settingsOf } from "../../support/models";

describe("the topology", () => {
  const settings = settingsOf({});
  let certificate: TestCertificate;
  before(async () => (certificate = await TestCertificate.authority("valid", 700)));
  const look = () => healthyLook(settings, certificate);
  const shape = ({ name, standbys }: ReplicationNode): unknown => [name, standbys.map(shape)];

  it("is the primary with its standbys", () => {
    const found = topologySchema.parse(topologyOf(look(), settings));
    assert.deepEqual(found.primary && shape(found.primary), [
      "patroni1",
      [
        ["patroni2", []],
        ["patroni3", []],
      ],
    ]);
    assert.deepEqual(found.detached, []);
  });

  it("shows a standby that streams from another one below it", () => {
    const cascade = look();
    const [first, second] = cascade.members.map(({ facts }) => facts?.database.value);
    second?.senders.push(...(first?.senders.splice(1) ?? []));
    const { primary } = topologyOf(cascade, settings);
    assert.deepEqual(primary && shape(primary), ["patroni1", [["patroni2", [["patroni3", []]]]]]);
  });

  it("keeps apart who streams from nobody, also without a primary", () => {
    const broken = look();
    for (const { facts } of broken.members) {
      facts?.database.value?.senders.splice(0);
      if (facts?.patroni.value !== undefined) facts.patroni.value.role = "replica";
    }
    const { primary, detached } = topologyOf(broken, settings);
    assert.equal(primary, null);
    assert.deepEqual(
      detached.map(({ name }) => name),
      ["patroni1", "patroni2", "patroni3"],
    );
  });
});
