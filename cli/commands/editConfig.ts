import { parse } from "yaml";
import {
  changeProblem,
  type KeyChange,
  keyRefusal,
  needsRestart,
  parameterIn,
} from "../../configs/patroni/dynamicKeys";
import { changeKeys, differences, dynamicKeys, notInEffect } from "../../operations/editConfig";
import { lookAtPart } from "../../operations/look/look";
import { Refusal } from "../../operations/switchover/choice";
import { until } from "../../operations/until";
import { act } from "../act";
import { acting } from "../acting";
import { type Cluster, examples, withCluster } from "../command";
import { exitCode, Failure } from "../failure";
import { print, printJson } from "../terminal";
import { textTable } from "../textTable";

/**
 * `hapg edit-config`: changes keys of Patroni's dynamic configuration that the stack file does not
 * own.
 */
export const editConfig = acting(
  "edit-config",
  "change settings of Patroni that the stack file does not own",
)
  .argument("[changes...]", "KEY=VALUE with a value in YAML; KEY=null removes the key")
  .option("--show", "print all keys and the settings that set them")
  .option("--json", "with --show, print JSON")
  .addHelpText(
    "after",
    examples(
      "edit-config --show",
      "edit-config maximum_lag_on_syncnode=1048576",
      "edit-config slots.reports='{type: physical}'",
      "edit-config slots.reports=null",
    ),
  )
  .action(async (words, { show, json, ...options }) => {
    await withCluster(options, async (cluster) => {
      if (show === true) {
        await showKeys(cluster, json);
        return;
      }
      const changes = changesIn(words, cluster);
      await act(cluster, options, (look) => {
        const { settings, reach, run } = cluster;
        const lines = differences(look, changes);
        if (lines.length === 0) throw new Refusal("The configuration has these values already");
        const waiting = changes.filter(({ key }) => needsRestart(key, settings));
        return {
          plan: [...lines, ...remarks(changes, waiting)],
          carryOut: async () => {
            await changeKeys(reach, look, settings, changes);
            if (options.wait) await untilInEffect(cluster, changes, options.timeout);
          },
          done: options.wait ? "The change is in effect." : "The change is in etcd.",
          next: waiting.length > 0 ? [run("restart", "--pending")] : [],
        };
      });
    });
  });

/**
 * The changes in the arguments. @throws {Failure} if one is not a change @throws {Refusal} if a key
 * must not be changed
 */
function changesIn(words: string[], { settings }: Cluster): KeyChange[] {
  const wrong = (text: string) => new Failure(text, exitCode.wrongUsage);
  if (words.length === 0) throw wrong("Name changes as KEY=VALUE, or use --show.");
  return words.map((word) => {
    const at = word.indexOf("=");
    if (at < 1) throw wrong(`${word} is no change: write KEY=VALUE, or KEY=null to remove it.`);
    const key = word.slice(0, at).trim();
    const refusal = keyRefusal(key, settings);
    if (refusal !== undefined) throw new Refusal(`${key} cannot be changed here: ${refusal}`);
    const change = { key, value: valueIn(word.slice(at + 1)) };
    const problem = changeProblem(change, settings);
    if (problem !== undefined) throw wrong(`${key} ${problem}. Nothing was changed.`);
    return change;
  });
}

/** A value in YAML 1.2: `on` and `off` stay words, as in PostgreSQL. */
function valueIn(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new Failure(`${text} is no YAML: ${(error as Error).message}`, exitCode.wrongUsage);
  }
}

const remarks = (changes: KeyChange[], waiting: KeyChange[]): string[] => [
  "The change is in etcd only: the stack file does not have it, and `up` leaves it alone.",
  ...(changes.some(({ key, value }) => value !== null && parameterIn(key) !== undefined)
    ? ["A parameter in hapg:postgres.parameters is checked and rolled out by `up` instead."]
    : []),
  ...waiting.map(({ key }) => `${key} takes effect when PostgreSQL restarts.`),
];

async function untilInEffect(
  { settings, reach }: Cluster,
  changes: KeyChange[],
  seconds: number,
): Promise<void> {
  let missing: string[] = [];
  const isInEffect = async () => {
    missing = await notInEffect(settings, reach, changes);
    return missing.length === 0;
  };
  if (await until(seconds, isInEffect, 500)) return;
  throw new Failure(
    `The change is in etcd, but not in effect after ${seconds} s.\n${missing.join("\n")}`,
    exitCode.failed,
  );
}

async function showKeys({ settings, reach }: Cluster, isJson: true | undefined): Promise<void> {
  const keys = dynamicKeys({ members: await lookAtPart("members", settings, reach) }, settings);
  if (isJson === true) {
    printJson(keys);
    return;
  }
  const rows = keys.flatMap(({ key, value, setting }) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown, i) => [
      i === 0 ? key : "",
      typeof one === "string" ? one : JSON.stringify(one),
      i === 0 ? (setting ?? "") : "",
    ]),
  );
  print(textTable([["KEY", "VALUE", "SETTING"], ...rows]).join("\n"));
}
