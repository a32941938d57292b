// @ts-check
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setUpBaseImage, suiteOf } from "../steps/baseImage.mjs";
import { setUpDocker } from "../steps/docker.mjs";
import { clearStalePidFiles } from "../steps/dockerDaemon.mjs";
import { contextIn, put, putProgram, setEnvironment, temporaryFolder } from "./support.mjs";

/**
 * A machine on which only the given programs can be started.
 *
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} programs Shell scripts by name.
 * @param {Record<string, string>} env
 */
function machineWith(t, programs, env = {}) {
  const folder = temporaryFolder(t);
  for (const [name, body] of Object.entries(programs)) putProgram(join(folder, "bin", name), body);
  setEnvironment(t, {
    HOME: folder,
    PATH: join(folder, "bin"),
    DOCKER_HOST: undefined,
    DOCKER_CONTEXT: undefined,
    DOCKER_CONFIG: undefined,
    ...env,
  });
  return { folder, ...contextIn(t, folder) };
}

test("an Engine that answers is left alone", async (t) => {
  const { context, said } = machineWith(t, { docker: "echo 26.1.5" });
  await setUpDocker(context);
  assert.deepEqual(said, ["docker       Engine 26.1.5"]);
});

test("an Engine that the user has chosen is not replaced by another", async (t) => {
  const { context } = machineWith(
    t,
    { docker: "echo cannot connect >&2; exit 1", dockerd: "exit 0" },
    { DOCKER_HOST: "tcp://elsewhere:2375" },
  );
  await assert.rejects(
    setUpDocker(context),
    /tcp:\/\/elsewhere:2375 does not answer: cannot connect/,
  );
});

test("process numbers of daemons that are gone are removed", (t) => {
  const folder = temporaryFolder(t);
  const processes = join(folder, "proc");
  put(join(processes, "10", "comm"), "dockerd\n");
  put(join(processes, "11", "comm"), "containerd\n");
  put(join(processes, "12", "comm"), "bash\n");
  const files = [join(folder, "docker.pid"), join(folder, "containerd.pid")];
  const [daemon = "", containerd = ""] = files;

  assert.equal(clearStalePidFiles(files, processes), false, "no files");

  put(daemon, "10");
  put(containerd, "11\n");
  assert.equal(clearStalePidFiles(files, processes), true, "both run");
  assert.ok(existsSync(daemon) && existsSync(containerd));

  put(daemon, "12");
  put(containerd, "99");
  assert.equal(clearStalePidFiles(files, processes), false, "another program, and none");
  assert.ok(!existsSync(daemon) && !existsSync(containerd));
});

test("a base image that is there is left alone", async (t) => {
  const { context, said } = machineWith(t, { docker: '[ "$1 $2" = "image inspect" ]' });
  await setUpBaseImage(context);
  assert.deepEqual(said, ["base image   debian:trixie-slim"]);
});

test("a base image is pulled", async (t) => {
  const { context, said } = machineWith(t, { docker: '[ "$1" = pull ]' });
  await setUpBaseImage(context);
  assert.equal(said.at(-1), "base image   debian:trixie-slim pulled");
});

test("a base image that cannot be pulled is built under a passing name", async (t) => {
  const { context, folder } = machineWith(t, {
    mmdebstrap: 'echo "system $*"',
    docker: `
      case "$1" in
        import) read system; echo "import $4 $5 of $system" >> "$HOME/calls" ;;
        tag|rmi) echo "$*" >> "$HOME/calls" ;;
        *) exit 1 ;;
      esac`,
  });
  await setUpBaseImage(context);
  assert.deepEqual(readFileSync(join(folder, "calls"), "utf8").trim().split("\n"), [
    "import - debian:trixie-slim-unfinished of system --variant=minbase --include=ca-certificates trixie -",
    "tag debian:trixie-slim-unfinished debian:trixie-slim",
    "rmi debian:trixie-slim-unfinished",
  ]);
});

test("half a system does not become the base image", async (t) => {
  const { context, folder } = machineWith(t, {
    mmdebstrap: 'if [ "$1" = --version ]; then exit 0; fi; echo half; echo "no mirror" >&2; exit 1',
    docker: 'case "$1" in import) exit 0 ;; tag) echo tagged > "$HOME/calls" ;; *) exit 1 ;; esac',
  });
  await assert.rejects(setUpBaseImage(context), { details: "no mirror" });
  assert.equal(existsSync(join(folder, "calls")), false);
});

test("only Debian images can be built", () => {
  assert.equal(suiteOf("debian:trixie-slim"), "trixie");
  assert.equal(suiteOf("mirror.example/library/debian:bookworm"), "bookworm");
  assert.equal(suiteOf("ubuntu:noble"), undefined);
  assert.equal(suiteOf("debian:trixie-20250811-slim"), undefined);
});
