import { parseArgs } from "node:util";
import { parse } from "yaml";
import type { StackSettings } from "../lab/cluster/testEnvironment";
import { merged } from "../lab/cluster/merged";

/** The arguments of the drills. */
export interface DrillArguments {
  /** Stack of the cluster for the drills; undefined: a test cluster on this machine. */
  stack: string | undefined;
  /** Platform of the test cluster. */
  platform: "docker" | "vm";
  /** Replication modes of the test cluster, with one run of all scenarios in each. */
  modes: ("asynchronous" | "synchronous")[];
  /** Settings of the test cluster, in addition to the drills' own. */
  settings: StackSettings;
  /** Scenarios, by id or by row of the requirements; empty: all. */
  only: string[];
  /** How often each scenario is run. */
  times: number;
  /** Whether drills may run on a protected environment. */
  isProtectedAllowed: boolean;
  /** Directory for the reports. */
  folder: string;
}

/** How the command is used. */
export const usage = `npm run drill [-- OPTIONS]

  --only H6,H12-paused   these scenarios, by row of the requirements or by id; default: all
  --times N              run each so often; default: 1
  --stack NAME           break the cluster of this stack; default: one is made on this machine's
                         Engine, and removed
  --protected            also if the stack file says hapg:protect
  --platform docker|vm   of the cluster that is made; default: docker
  --mode MODE            of the cluster that is made: asynchronous, synchronous or both; default:
                         asynchronous
  --set SETTING=VALUE    of the cluster that is made, such as patroni.loopWaitSeconds=5; may be
                         given several times
  --reports FOLDER       where drill.json and drill.html go; default: reports
  --list                 what scenarios there are`;

/**
 * Parses the command line.
 * @throws {Error} with the problem
 */
export function drillArguments(words: string[]): DrillArguments | "list" | "help" {
  const { values } = parseArgs({
    args: words,
    options: {
      only: { type: "string", default: "" },
      times: { type: "string", default: "1" },
      stack: { type: "string", short: "s" },
      protected: { type: "boolean", default: false },
      platform: { type: "string" },
      mode: { type: "string" },
      set: { type: "string", multiple: true },
      reports: { type: "string", default: "reports" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return "help";
  if (values.list) return "list";
  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1) {
    throw new Error(`--times must be a whole number from 1, got ${values.times}`);
  }
  if (values.stack !== undefined && (values.platform ?? values.mode ?? values.set) !== undefined) {
    throw new Error("--platform, --mode and --set are for a cluster that is made");
  }
  return {
    stack: values.stack,
    platform: oneOf("--platform", values.platform ?? "docker", ["docker", "vm"]),
    modes: {
      asynchronous: ["asynchronous" as const],
      synchronous: ["synchronous" as const],
      both: ["asynchronous" as const, "synchronous" as const],
    }[oneOf("--mode", values.mode ?? "asynchronous", ["asynchronous", "synchronous", "both"])],
    settings: (values.set ?? []).map(setting).reduce(merged, {}),
    only: values.only.split(",").filter((word) => word !== ""),
    times,
    isProtectedAllowed: values.protected,
    folder: values.reports,
  };
}

/** Parses `patroni.loopWaitSeconds=5` into the form of a stack file. */
function setting(word: string): StackSettings {
  const [, path = "", value = ""] = /^([\w.]+)=(.+)$/.exec(word) ?? [];
  if (path === "") throw new Error(`--set takes SETTING=VALUE, got ${word}`);
  return path
    .split(".")
    .reduceRight<unknown>((inner, key) => ({ [key]: inner }), parse(value)) as StackSettings;
}

function oneOf<T extends string>(option: string, value: string, allowed: T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw new Error(`${option} must be ${allowed.join(" or ")}, got ${value}`);
  }
  return found;
}
