import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../configs/settings/problem";
import type { SettingsInput } from "../configs/settings/schema";
import { laterSetting, laterSettings, placeholderOf } from "../configs/settings/unknown";
import { perProgram } from "../platforms/perProgram";
import type { PostgresClusterArgs } from "./clusterArgs";

/** A setting whose value another resource gives. */
export interface LaterValue {
  /** The keys that lead to it. */
  path: string[];
  output: pulumi.Output<unknown>;
  placeholder: string;
}

/** Arguments with a valid placeholder for each value that is to come. */
export interface DraftArgs {
  input: SettingsInput;
  later: LaterValue[];
  /** Outputs in places that need a plain value. */
  problems: Problem[];
}

/** How many placeholders the program's clusters have: each is unlike all others. */
const placeholders = perProgram(() => ({ count: 0 }));

/** Puts a placeholder for each output into arguments, which are left as they are. */
export function draftArgs(args: PostgresClusterArgs): DraftArgs {
  const later: LaterValue[] = [];
  const problems: Problem[] = [];
  const drafted = (value: unknown, path: string[]): unknown => {
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
      const setting = laterSetting(path);
      if (setting === undefined) {
        problems.push({ path: path.join("."), message: whyPlain(path) });
        return undefined;
      }
      const placeholder = placeholderOf(setting, ++placeholders().count);
      later.push({ path, output: pulumi.output(value), placeholder });
      return placeholder;
    }
    if (pulumi.Resource.isInstance(value)) {
      const message = "must be a value, got a resource; give one of its outputs";
      problems.push({ path: path.join("."), message });
      return undefined;
    }
    if (Array.isArray(value)) return value.map((item, i) => drafted(item, [...path, String(i)]));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, drafted(one, [...path, key])]),
    );
  };
  return { input: drafted(args, []) as SettingsInput, later, problems };
}

function whyPlain(path: string[]): string {
  const below = laterSettings.filter((setting) => {
    const keys = setting.split(".");
    return keys.length > path.length && path.every((key, i) => [key, "*"].includes(keys[i] ?? ""));
  });
  return (
    "must be a plain value: it decides which resources there are, so it cannot be an output or a " +
    "promise" +
    (below.length === 0 ? "" : `; single values in it may be: ${below.join(", ")}`)
  );
}

/** What is known about later values when the program has got so far. */
export interface ArrivedValues {
  /** The arguments with all known values. */
  input: SettingsInput;
  /** Paths of the settings whose value a preview does not know. */
  unknown: string[];
  /** The resources that the values come from. */
  sources: pulumi.Resource[];
}

/** The parts of an output that Pulumi uses itself, and has left out of its declarations. */
interface Opened {
  promise(withUnknowns: boolean): Promise<unknown>;
  isKnown: Promise<boolean>;
  allResources(): Promise<Set<pulumi.Resource>>;
}

/**
 * Waits for all values.
 * @throws {pulumi.RunError} if one is missing, or is unknown outside of a preview
 */
export async function arrivedValues({ input, later }: DraftArgs): Promise<ArrivedValues> {
  const settled = structuredClone(input);
  const unknown: string[] = [];
  const sources = new Set<pulumi.Resource>();
  for (const { path, output } of later) {
    const opened = output as unknown as Opened;
    const [value, isKnown, resources] = await Promise.all([
      opened.promise(true),
      opened.isKnown,
      opened.allResources(),
    ]);
    for (const resource of resources) sources.add(resource);
    if (isKnown) setAt(settled, path, value);
    else unknown.push(path.join("."));
  }
  if (unknown.length > 0 && !pulumi.runtime.isDryRun()) {
    throw new pulumi.RunError(
      `${unknown.join(", ")}: the resource that gives the value is not part of this update; no ` +
        "service was changed. Run the update without --target.",
    );
  }
  return { input: settled, unknown, sources: [...sources] };
}

function setAt(target: object, path: string[], value: unknown): void {
  const last = path.at(-1) ?? "";
  const holder = path
    .slice(0, -1)
    .reduce<object>((one, key) => (one as Record<string, object>)[key] ?? {}, target);
  Object.assign(holder, { [last]: value });
}
