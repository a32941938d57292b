import { isDeepStrictEqual } from "node:util";
import { byKey, needsRestart, parameterIn } from "../configs/patroni/dynamicKeys";
import type { Kind } from "../configs/cluster/catalogue";
import type { Draft, DraftService } from "./draftModel";

/** What happens to one service. */
export type Action = "create" | "remove" | "restart" | "reload" | "write" | "nothing";

/** A file whose content changes, line by line. */
export interface FileChange {
  path: string;
  before: string;
  after: string;
}

/** What an update does to one service, and why. */
export interface ServiceChange {
  name: string;
  kind: Kind;
  action: Action;
  /** In words; the strongest first. */
  reasons: string[];
  files: FileChange[];
}

/** A setting that differs, with its values as the stack file would write them. */
export interface SettingChange {
  path: string;
  before: string;
  after: string;
}

/** The difference of two versions of one cluster. */
export interface Difference {
  settings: SettingChange[];
  services: ServiceChange[];
  /** Resources whose scripts run again. */
  scripts: string[];
}

/** Fields of a service that its platform changes while it runs. */
const changedInPlace: Record<string, string[]> = {
  docker: ["memoryMegabytes", "maximumTasks"],
  vm: ["memoryMegabytes", "maximumTasks", "cpus", "ports", "healthCheck", "sharedMemoryMegabytes"],
};

/** Compares two versions of one cluster. Pure. */
export function differenceOf(base: Draft, head: Draft): Difference {
  const names = [...new Set([...base.services, ...head.services].map(({ name }) => name))];
  const of = ({ services }: Draft, wanted: string) => services.find(({ name }) => name === wanted);
  return {
    settings: settingChanges(base, head),
    services: isSameCluster(base, head)
      ? names.map((name) => serviceChange(base, head, of(base, name), of(head, name)))
      : [
          ...base.services.map((one) => serviceChange(base, head, one, undefined)),
          ...head.services.map((one) => serviceChange(base, head, undefined, one)),
        ],
    scripts: Object.keys(head.scripts).filter((one) => base.scripts[one] !== head.scripts[one]),
  };
}

const isSameCluster = ({ settings: one }: Draft, { settings: other }: Draft) =>
  one.clusterName === other.clusterName && one.platform === other.platform;

function serviceChange(
  base: Draft,
  head: Draft,
  before: DraftService | undefined,
  after: DraftService | undefined,
): ServiceChange {
  if (after === undefined) {
    const { name, kind } = before as DraftService;
    return { name, kind, action: "remove", reasons: ["no longer in the settings"], files: [] };
  }
  const { name, kind } = after;
  if (before === undefined)
    return { name, kind, action: "create", reasons: ["new in the settings"], files: [] };
  const { platform } = head.settings;
  const fields = changedFields(before.definition, after.definition);
  const restarting = fields.filter((field) => !(changedInPlace[platform] ?? []).includes(field));
  const changed = filesOf(before, after);
  const filesThat = (effect: string) =>
    changed.filter(({ onChange }) => onChange === effect).map(({ path }) => shortName(path));
  const parameters = kind === "patroni" ? dynamicChanges(base, head) : { restart: [], reload: [] };
  const restart = [
    // On hosts packages are installed beside the running programs.
    ...(base.images[kind] === head.images[kind] ? [] : ["another image"]),
    ...restarting.map((field) => `other ${wordsOf(field)}`),
    ...filesThat("restart"),
    ...parameters.restart,
  ];
  const reload = [...filesThat("reload"), ...parameters.reload];
  const write = [
    ...filesThat("nothing"),
    ...fields
      .filter((field) => !restarting.includes(field))
      .map((field) => `other ${wordsOf(field)}`),
  ];
  const [action, reasons]: [Action, string[]] =
    restart.length > 0
      ? ["restart", restart]
      : reload.length > 0
        ? ["reload", reload]
        : write.length > 0
          ? ["write", write]
          : ["nothing", []];
  const files = changed.map(({ path, before: old, after: content }) => ({
    ...{ path, before: old, after: content },
  }));
  return { name, kind, action, reasons, files };
}

function filesOf(before: DraftService, after: DraftService) {
  const old = new Map(before.files.map((file) => [file.path, file.content]));
  const current = new Set(after.files.map(({ path }) => path));
  return [
    ...after.files
      .filter(({ path, content }) => old.get(path) !== content)
      .map(({ path, onChange, content }) => ({
        ...{ path, onChange },
        ...{ before: old.get(path) ?? "", after: content },
      })),
    ...before.files
      .filter(({ path }) => !current.has(path))
      .map(({ path, onChange, content }) => ({ path, onChange, before: content, after: "" })),
  ];
}

/** Keys of the dynamic configuration that change, by what PostgreSQL needs for them. */
function dynamicChanges(base: Draft, head: Draft): { restart: string[]; reload: string[] } {
  const [before, after] = [byKey(base.dynamic), byKey(head.dynamic)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !key.startsWith("hapg") && !isDeepStrictEqual(before.get(key), after.get(key)),
  );
  const named = (key: string) => parameterIn(key) ?? key;
  const { settings } = head;
  return {
    restart: keys.filter((key) => needsRestart(key, settings)).map(named),
    reload: keys.filter((key) => !needsRestart(key, settings)).map(named),
  };
}

const changedFields = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );

const wordsOf = (field: string) => field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const shortName = (path: string) => path.split("/").at(-1) ?? path;

/** Settings whose values are secrets if a stack file has them unencrypted. */
const secretSetting = /(password|key|passphrase)$/i;

function settingChanges(base: Draft, head: Draft): SettingChange[] {
  const [before, after] = [flat(base.settings), flat(head.settings)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort()
    .map((path) => {
      const shown = (value: string | undefined) =>
        value !== undefined && secretSetting.test(path) ? "(secret)" : (value ?? "unset");
      return { path, before: shown(before.get(path)), after: shown(after.get(path)) };
    });
}

/** Values by their paths. Lists of plain values are one value. */
function flat(value: unknown, path = ""): Map<string, string> {
  const isBranch =
    typeof value === "object" &&
    value !== null &&
    (!Array.isArray(value) || value.some((one) => typeof one === "object"));
  if (!isBranch) return new Map(value === undefined ? [] : [[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flat(inner, path === "" ? key : `${path}.${key}`),
    ]),
  );
}
