import type * as pulumi from "@pulumi/pulumi";
import type { SettingsInput } from "../configs/settings/schema";
import type { laterSettings } from "../configs/settings/unknown";

type Matching<Pattern extends string> = Pattern extends `${infer Begin}*${infer End}`
  ? `${Begin}${string}${Matching<End>}`
  : Pattern;

/** Paths of the settings that may be outputs. */
type Later = Matching<(typeof laterSettings)[number]>;

type Below<Path extends string, Key> = Path extends "" ? Key & string : `${Path}.${Key & string}`;

/** Settings in which those of {@link Later} may be outputs. */
type WithOutputs<Value, Path extends string> = Value extends readonly (infer Item)[]
  ? WithOutputs<Item, `${Path}.0`>[]
  : Value extends object
    ? { [Key in keyof Value]: WithOutputs<Value[Key], Below<Path, Key>> }
    : Path extends Later
      ? Value | pulumi.Output<Value & string> | Promise<Value & string>
      : Value;

/**
 * Arguments of `PostgresCluster`: the settings, as a stack file has them. Only `clusterName` must be
 * given; it is unique in the program.
 *
 * Addresses of hosts, SSH keys, passwords, certificates and access to storage may be outputs of
 * other resources of the program. All other settings decide which resources there are, and must be
 * plain values.
 */
export type PostgresClusterArgs = WithOutputs<SettingsInput, "">;
