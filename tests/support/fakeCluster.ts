import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TestCertificate } from "./certificates";
import { tryOut, tryOutFolder } from "./containers";
import { imageOf } from "./images";

/** A cluster that only pretends, and what happens to it; fakeCluster.py plays it. */
export interface Scenario {
  cluster: {
    config: FakeConfig;
    members: string[];
    leader: string | null;
    /** A member does not start with any of these values. */
    poison?: Record<string, unknown>;
    /** Patroni's sessions on a standby fail with any of these values. */
    breaking?: Record<string, unknown>;
    /** The synchronous standby. */
    sync?: string;
  };
  actions: Action[];
}

interface Action {
  /** The tool's words. */
  run?: string[];
  /** The tool is killed right after this change that it asks for, counted from one. */
  dieAfter?: number;
  /** Members to set something of: `silent`, `gone` or `timeline`. */
  members?: string[];
  set?: object;
  /**
   * What somebody else changes in the configuration, between the tool's next look and its own
   * change.
   */
  interfering?: object;
}

/** A dynamic configuration, as far as it matters to the tool. */
export interface FakeConfig {
  loop_wait: number;
  pause?: boolean;
  hapg?: { former?: unknown; trial?: string };
  postgresql: { parameters: Record<string, unknown> };
  [other: string]: unknown;
}

/** What came of a scenario. */
export interface Outcome {
  /** Of each run; the status is null if it was killed. */
  endings: { status: number | null; output: string }[];
  config: FakeConfig;
  leader: string | null;
  members: Record<string, { running: FakeParameters; starts: FakeParameters[]; state: string }>;
}

type FakeParameters = Record<string, unknown>;

/** Plays scenarios, one after the other, in a container that has Patroni's own libraries. */
export async function play(scenarios: Scenario[]): Promise<Outcome[]> {
  const scripts = join(__dirname, "..", "..", "programs");
  const modules = readdirSync(scripts).filter((file) => file.endsWith(".py"));
  const ca = await TestCertificate.authority();
  const own = await ca.sign({ names: ["localhost"] });
  const file = (name: string, content: string) => ({
    path: `${tryOutFolder}/${name}`,
    content,
    mode: 0o600,
  });
  const { status, output } = tryOut(
    imageOf("patroni"),
    [
      ...modules.map((name) => file(name, readFileSync(join(scripts, name), "utf8"))),
      file("fakeCluster.py", readFileSync(join(__dirname, "fakeCluster.py"), "utf8")),
      file("identity.pem", own.identity),
      file("ca.pem", ca.certificate),
      file("scenarios.json", JSON.stringify(scenarios)),
    ],
    ["python3", `${tryOutFolder}/fakeCluster.py`, tryOutFolder],
  );
  assert.equal(status, 0, output);
  try {
    return JSON.parse(output) as Outcome[];
  } catch {
    throw new Error(output);
  }
}
