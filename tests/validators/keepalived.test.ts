import assert from "node:assert/strict";
import { keepalivedReloaded, tryKeepalived } from "../../programs/programs";
import { renderKeepalivedConf } from "../../configs/keepalived/keepalivedConf";
import { run } from "../../platforms/command";
import { withHereDocument, shellCommand } from "../../platforms/shell";
import { hostImage } from "../../lab/hosts/hostImage";
import { addressedTopology, vmSettingsOf } from "../support/models";

const packages = ["keepalived", "curl", "procps"];
const file = "/tmp/keepalived.conf";
const command = ["keepalived", "--dont-fork", "--log-console", "--use-file", file];

describe("Keepalived itself", function () {
  this.timeout("5m");
  let image: string;
  before(async () => {
    image = await hostImage("trixie", packages);
  });

  const conf = (interfaceName: string, generation = "0123456789abcdef") => {
    const settings = vmSettingsOf({ keepalived: { virtualAddress: "10.0.0.100" } });
    const [self, ...peers] = addressedTopology(settings).keepaliveds;
    assert.ok(self !== undefined);
    return renderKeepalivedConf({
      keepalived: settings.keepalived,
      virtualAddress: "10.0.0.100",
      ...{ self, peers, interfaceName, generation },
      statsPort: settings.haproxy.statsPort,
      withoutPrimarySeconds: 30,
      password: "s3cr3tpw",
    });
  };
  const write = (content: string) =>
    withHereDocument(`umask 077; head -c -2 >${file}`, content).join("\n");
  /** Runs a script on a machine with Keepalived; returns what it prints. */
  async function onHost(network: string, ...script: string[]): Promise<string> {
    const words = ["docker", "run", "--rm", "-i", "--network", network, "--cap-add", "NET_ADMIN"];
    const install = `apt-get install -qqy --no-download --no-install-recommends ${packages.join(" ")}`;
    const { status, output } = await run(
      [...words, "--cap-add", "NET_RAW", "--entrypoint", "sh", image, "-s"],
      ["set -eu", `${install} >/dev/null 2>&1`, ...script, ""].join("\n"),
    );
    assert.equal(status, 0, output);
    return output;
  }

  it("is tried out on a file before it is told to read it, which would end it", async () => {
    const trial = shellCommand(["sh", "-c", tryKeepalived, "trial", ...command]);
    const judge = (content: string) =>
      `${write(content)}\n${trial} && echo passes || echo "is refused"`;
    const good = conf("ens3");
    const output = await onHost(
      "none",
      judge(good),
      judge(good.replace("advert_int", "advrt_int")),
      judge(good.replace("10.0.0.100/32", "10.0.0.300/32")),
    );
    const [first, second, third, fourth, ...others] = output.trim().split("\n");
    assert.equal(first, "passes");
    assert.match(second ?? "", /Unknown keyword 'advrt_int'$/);
    assert.equal(third, "is refused");
    assert.match(fourth ?? "", /invalid IP 10\.0\.0\.300/);
    assert.equal(others.at(-1), "is refused");
  });

  it("shows with which file it runs", async () => {
    const isReloaded = shellCommand(["sh", "-c", keepalivedReloaded, "reloaded", file]);
    const show = `if ${isReloaded}; then echo runs; else echo waits; fi`;
    const output = await onHost(
      "bridge",
      write(conf("eth0")),
      `${shellCommand(command)} >/dev/null 2>&1 & sleep 1`,
      show,
      write(conf("eth0", "fedcba9876543210")),
      show,
      `kill -HUP $!; sleep 1; ${show}`,
      "ls /tmp/*.data 2>/dev/null || echo nothing is left",
    );
    assert.equal(output, "runs\nwaits\nruns\nnothing is left\n");
  });
});
