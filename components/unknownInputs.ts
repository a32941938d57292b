import * as pulumi from "@pulumi/pulumi";
import * as outputs from "@pulumi/pulumi/output";
import { holdsUnknown } from "../configs/settings/unknown";
import { also } from "../platforms/dependsOn";

/** Pulumi's mark for a value that a preview does not know. */
const unknown: unknown = (outputs as unknown as { unknown: unknown }).unknown;

/**
 * A value in which every text with a placeholder is unknown to the preview, as it would be if it had
 * been computed from the output that the placeholder stands for.
 */
export function withUnknowns<Value>(value: Value): Value {
  return hidden(value) as Value;
}

function hidden(value: unknown): unknown {
  if (typeof value === "string") return holdsUnknown(value) ? unknown : value;
  if (pulumi.Output.isInstance(value)) return value.apply(hidden);
  if (value instanceof Promise) return value.then(hidden);
  if (Array.isArray(value)) return value.map(hidden);
  if (value === null || typeof value !== "object" || pulumi.Resource.isInstance(value))
    return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hidden(one)]));
}

/**
 * What every resource of a cluster gets that has later values.
 * @param sources the resources that the values come from. A dependency without a property keeps the
 * order of creation and removal: with one, a replaced source would delete the cluster first
 * @param hasUnknown whether the preview does not know all values
 */
export const followingSources =
  (sources: pulumi.Resource[], hasUnknown: boolean): pulumi.ResourceTransformation =>
  ({ props, opts }) => ({
    props: hasUnknown ? withUnknowns<pulumi.Inputs>(props) : props,
    opts: { ...opts, dependsOn: also(opts.dependsOn, ...sources) },
  });
