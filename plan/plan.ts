import { formatPatch, structuredPatch } from "diff";
import { z } from "zod";
import { presentRoles } from "../configs/access/model";
import { type Kind, kinds } from "../configs/cluster/catalogue";
import { type Violation, violationsOf, violationText } from "../configs/policies/policies";
import { foundingOf, foundingProblems } from "../configs/patroni/founding";
import type { Settings } from "../configs/settings/schema";
import { type Interruption, outages } from "../operations/outage/expected";
import { differenceOf, type ServiceChange } from "./difference";
import type { Draft } from "./draftModel";

const texts = z.array(z.string());

/** The output of `hapg plan --json` for one stack. Removing a field or changing its type breaks scripts. */
export const planSchema = z.strictObject({
  stack: z.string(),
  settings: z.array(z.strictObject({ path: z.string(), before: z.string(), after: z.string() })),
  steps: z.array(
    z.strictObject({
      services: z.array(z.string()),
      action: z.enum(["create", "remove", "restart", "reload", "write"]),
      reasons: texts,
      order: z.string(),
    }),
  ),
  unchanged: texts,
  outages: z.array(
    z.strictObject({
      route: z.enum(["HAProxy", "PgBouncer"]),
      cause: z.string(),
      medianSeconds: z.number(),
      maximumSeconds: z.number(),
      runs: z.number(),
    }),
  ),
  /** Effects that no later update takes back. */
  irreversible: texts,
  /** Why `up` will refuse the change. */
  refused: texts,
  /** Policies that the stack file asks for and does not meet. */
  warnings: texts,
  notes: texts,
  files: z.array(
    z.strictObject({
      services: z.array(z.string()),
      path: z.string(),
      /** Hunks of a unified diff. */
      diff: z.string(),
    }),
  ),
});

/** What an update from one version to another will do to one stack's cluster. */
export type Plan = z.infer<typeof planSchema>;

/**
 * What an update from one version to another will do. Pure.
 * @param notes what could not be compared
 */
export function planOf(stack: string, base: Draft, head: Draft, notes: string[] = []): Plan {
  const { settings, services, scripts } = differenceOf(base, head);
  return {
    ...{ stack, settings },
    steps: stepsOf(services, head.settings),
    unchanged: services.filter(({ action }) => action === "nothing").map(({ name }) => name),
    outages: outagesOf(services, head.settings),
    irreversible: irreversible(base.settings, head.settings),
    refused: refusals(base.settings, head.settings),
    warnings: violations(head.settings, "warn"),
    notes: [...scriptNotes(scripts), ...notes],
    files: filesOf(services),
  };
}

function stepsOf(services: ServiceChange[], settings: Settings): Plan["steps"] {
  return kinds.flatMap((kind) => {
    const alike = new Map<string, Plan["steps"][number]>();
    for (const { name, action, reasons, ...one } of services) {
      if (one.kind !== kind || action === "nothing") continue;
      const key = JSON.stringify([action, reasons]);
      const step = alike.get(key) ?? {
        ...{ services: [], action, reasons },
        order: orderOf(kind, action, settings),
      };
      step.services.push(name);
      alike.set(key, step);
    }
    return [...alike.values()];
  });
}

function orderOf(kind: Kind, action: ServiceChange["action"], { postgres }: Settings): string {
  if (action === "reload" || action === "write") return "";
  if (kind !== "patroni" || action === "create")
    return "one after the other, each ready before the next";
  if (action === "remove") return "after another member has taken over, if it leads";
  return postgres.members === 1
    ? "with a write outage: there is no standby"
    : "standbys first, the leader last, after a switchover";
}

function outagesOf(services: ServiceChange[], { postgres }: Settings): Plan["outages"] {
  const restarts = (kind: Kind) =>
    services.some((one) => one.kind === kind && one.action === "restart");
  const causes: Interruption[] = [
    ...(restarts("patroni")
      ? [postgres.members === 1 ? ("primary restart" as const) : ("switchover" as const)]
      : []),
    ...(restarts("haproxy") ? ["HAProxy restart" as const] : []),
    ...(restarts("pgbouncer") ? ["PgBouncer restart" as const] : []),
  ];
  return causes.flatMap((cause) => {
    const { write, pool = write } = outages[cause];
    return [
      { route: "HAProxy" as const, measured: write },
      { route: "PgBouncer" as const, measured: pool },
    ]
      .filter(({ route }) => !(cause === "PgBouncer restart" && route === "HAProxy"))
      .map(({ route, measured: { median, maximum, runs } }) => ({
        ...{ route, cause, runs },
        ...{ medianSeconds: median, maximumSeconds: maximum },
      }));
  });
}

function irreversible(base: Settings, head: Settings): string[] {
  const rolesOf = (settings: Settings) => presentRoles(settings).map(({ name }) => name);
  const gone = rolesOf(base).filter((name) => !rolesOf(head).includes(name));
  const dropped = Object.entries(head.roles)
    .filter(([name, { state }]) => state === "dropped" && base.roles[name]?.state !== "dropped")
    .map(([name]) => name);
  const lost = gone.filter((name) => !dropped.includes(name));
  const authority = head.credentials.authority - base.credentials.authority;
  return [
    ...(base.clusterName === head.clusterName
      ? []
      : [
          `clusterName changes from ${base.clusterName} to ${head.clusterName}: this is another, empty ` +
            "cluster; the former one's services are removed and its data is kept.",
        ]),
    ...(base.platform === head.platform
      ? []
      : [`platform changes from ${base.platform} to ${head.platform}: no data moves there.`]),
    ...dropped.map((name) => `Role ${name} is dropped.`),
    ...lost.map((name) => `Role ${name} can no longer log in.`),
    ...(authority > 0 ? ["Clients need the new CA (output caCertificate)."] : []),
    ...(base.protect && !head.protect ? ["Nothing protects the data volumes any more."] : []),
  ];
}

const refusals = (base: Settings, head: Settings): string[] => [
  ...violations(head, "refuse"),
  ...(base.clusterName === head.clusterName
    ? foundingProblems(head, foundingOf(base)).map(({ path, message }) =>
        path === "" ? message : `${path}: ${message}`,
      )
    : []),
];

/** Policies of the stack that it does not meet. */
const violations = (settings: Settings, wanted: Violation["severity"]): string[] =>
  violationsOf(settings).flatMap((one) => (one.severity === wanted ? [violationText(one)] : []));

/** In words, what runs inside the members. */
function scriptNotes(scripts: string[]): string[] {
  const some = (pattern: RegExp) => scripts.some((one) => pattern.test(one));
  return [
    ...(some(/-access$|-system-roles$/) ? ["Roles and passwords are set again."] : []),
    ...(some(/-databases/) ? ["Databases, extensions, schemas and rights are set again."] : []),
  ];
}

/** Equal changes of a file in several services once. */
function filesOf(services: ServiceChange[]): Plan["files"] {
  const files = new Map<string, Plan["files"][number]>();
  for (const { name, files: changed } of services) {
    for (const { path, before, after } of changed) {
      const diff = hunks(before, after);
      const key = `${path}\n${diff}`;
      const file = files.get(key) ?? { services: [], path, diff };
      file.services.push(name);
      files.set(key, file);
    }
  }
  return [...files.values()];
}

/** The hunks of a unified diff. */
const hunks = (before: string, after: string): string =>
  formatPatch(structuredPatch("", "", before, after, "", "", { context: 2 }))
    .split("\n")
    .filter((line) => !/^(===|---|\+\+\+|Index:|\\ No newline)/.test(line))
    .join("\n")
    .trimEnd();
