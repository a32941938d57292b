import assert from "node:assert/strict";
import { run } from "../../platforms/command";
import { packagesIn } from "../../operations/updates";
import { programText } from "../../programs/load";
import { imageOf } from "../support/images";

/** A repository on the spot, with a package under a higher number; nothing else is asked. */
const repository = (version: string) => `
rm -f /etc/apt/sources.list.d/*
mkdir -p /srv/new/DEBIAN
cd /srv
printf '%s\\n' 'Package: pgbouncer' 'Version: ${version}' 'Architecture: all' 'Maintainer: x' \
  'Description: x' >new/DEBIAN/control
dpkg-deb -b new new.deb >/dev/null
{ dpkg-deb -f new.deb
  echo "Filename: ./new.deb"
  echo "Size: $(stat -c %s new.deb)"
  echo "SHA256: $(sha256sum new.deb | cut -d ' ' -f 1)"; } >Packages
echo "deb [trusted=yes] file:/srv ./" >/etc/apt/sources.list
`;

describe("the look for newer packages", function () {
  this.timeout(120_000);

  /** Runs it in a container that is removed, after a preparation. */
  function look(preparation: string) {
    const container = ["run", "--rm", "-i", "--network", "none", "--user", "0"];
    const words = ["-s", "pgbouncer", "unheard-of"];
    return run(
      ["docker", ...container, "--entrypoint", "sh", imageOf("pgbouncer"), ...words],
      `${preparation}\n${programText("upgrades.sh")}`,
    );
  }

  it("finds a renumbered one, also if it is held", async () => {
    const prepared = `${repository("99-1+hapg1")}\napt-mark hold pgbouncer >/dev/null`;
    const { status, output } = await look(prepared);
    assert.equal(status, 0, output);
    const found = packagesIn(output, new Set(["pgbouncer"]));
    assert.deepEqual(
      found.map(({ name, newer, isOwn }) => [name, newer, isOwn]),
      [["pgbouncer", "99-1+hapg1", true]],
    );
    assert.match(found[0]?.installed ?? "", /^1\./);
  });

  it("finds none in a repository with an older one", async () => {
    const { status, output } = await look(repository("0.1"));
    assert.equal(status, 0, output);
    const found = packagesIn(output, new Set(["pgbouncer"]));
    assert.deepEqual(
      found.map(({ newer }) => newer),
      [null],
    );
  });

  it("fails if a repository does not answer", async () => {
    const nowhere = "http://127.0.0.1:9/debian";
    const { status, output } = await look(
      `rm -f /etc/apt/sources.list.d/*; echo "deb ${nowhere} trixie main" >/etc/apt/sources.list`,
    );
    assert.equal(status, 1);
    assert.match(output, /127\.0\.0\.1/);
  });
});
