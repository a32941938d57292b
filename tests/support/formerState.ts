import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plain, type Recorded, type Recorder } from "./mocks";

/** Of each resource's name in the engine, the inputs that cannot change without a replacement. */
export type State = Record<string, Record<string, unknown>>;

/**
 * Changes of these are made in place, by the provider's `Update`; those of all others replace the
 * resource.
 */
const changedInPlace: Record<string, string[]> = {
  "docker:index/container:Container": [
    ...["restart", "maxRetryCount", "memory", "memorySwap", "cpuShares", "cpuSet"],
    ...["destroyGraceSeconds", "mustRun", "wait", "waitTimeout", "attach", "logs", "rm", "start"],
    ...["removeVolumes", "containerReadRefreshTimeoutMilliseconds"],
  ],
  "docker:index/remoteImage:RemoteImage": ["keepLocally", "forceRemove"],
  "tls:index/selfSignedCert:SelfSignedCert": ["earlyRenewalHours"],
  "tls:index/locallySignedCert:LocallySignedCert": ["earlyRenewalHours"],
};

/** Stands for a value whose change the engine ignores. */
export const ignored = "(ignored)";

/** What a program registered, as far as it decides what is replaced. */
export function stateOf(recorder: Recorder): State {
  const entries = recorder.resources
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map((resource) => [resource.urn, forcing(resource)] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function forcing({ type, inputs, ignoreChanges }: Recorded): Record<string, unknown> {
  const isForcing = (property: string) =>
    type.startsWith("command:")
      ? // To run a command again loses nothing, unless one is run for the former first.
        property === "triggers" && inputs.delete !== undefined
      : !(changedInPlace[type] ?? []).includes(property);
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([property]) => isForcing(property))
      .map(([property, value]): [string, unknown] => [
        property,
        ignoreChanges.includes(property) ? ignored : unordered(property, plain(value)),
      ])
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** The providers' lists are sets, but for the words of a command line. */
function unordered(property: string, value: unknown): unknown {
  if (!Array.isArray(value) || property === "command") return value;
  return value.map((one) => JSON.stringify(one)).toSorted();
}

const fileOf = (name: string) => join("tests", "states", `${name}.json`);

/** A state of an earlier version. */
export const readState = (name: string): State =>
  JSON.parse(readFileSync(fileOf(name), "utf8")) as State;

/** Keeps a state for later versions. */
export const writeState = (name: string, state: State): void =>
  writeFileSync(fileOf(name), `${JSON.stringify(state, null, 1)}\n`);
