import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextProblem } from "../../../../platforms/docker/context";

describe("the docker client's context", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-context-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const use = (name: string) => {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: name }));
  };
  const add = (name: string, host: string) => {
    const id = createHash("sha256").update(name).digest("hex");
    const meta = join(folder, "contexts", "meta", id);
    mkdirSync(meta, { recursive: true });
    const text = JSON.stringify({ Endpoints: { docker: { Host: host } } });
    writeFileSync(join(meta, "meta.json"), text);
  };
  const problem = (host?: string, env: NodeJS.ProcessEnv = {}) =>
    contextProblem(host, { DOCKER_CONFIG: folder, ...env });

  it("must lead to the Engine that Pulumi uses", () => {
    add("prod", "tcp://10.0.0.9:2376");
    const expected =
      "docker.host: the docker client uses the context prod (tcp://10.0.0.9:2376), which Pulumi " +
      "does not; set docker.host to tcp://10.0.0.9:2376, or DOCKER_HOST, so that both use the " +
      "same Engine";
    assert.equal(problem(undefined, { DOCKER_CONTEXT: "prod" }), expected);
    use("prod");
    assert.equal(problem(), expected);
    use("unheard-of");
    assert.match(problem() ?? "", /the context unheard-of \(unknown\)/);
  });

  it("does not matter where both are told the Engine, or it is the local one", () => {
    assert.equal(problem(), undefined);
    use("default");
    assert.equal(problem(), undefined);
    add("local", "unix:///var/run/docker.sock");
    use("local");
    assert.equal(problem(), undefined);
    add("prod", "tcp://10.0.0.9:2376");
    use("prod");
    assert.equal(problem("ssh://engine"), undefined);
    assert.equal(problem(undefined, { DOCKER_HOST: "unix:///var/run/docker.sock" }), undefined);
  });
});
