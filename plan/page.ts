import type { Plan } from "./plan";

const longest = 200;

/** A plan as plain text. @param isWhole whether to print the changed lines of files */
export function textPage(plan: Plan, isWhole: boolean): string {
  const section = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
  const { settings, steps, irreversible, refused, warnings, notes, files } = plan;
  return [
    `${plan.stack}: ${summary(plan)}`,
    ...section("Refused", refused),
    ...section("Policies", warnings),
    ...section("Cannot be taken back", irreversible),
    ...section(
      "Settings",
      settings.map(({ path, before, after }) => `${path}: ${before} -> ${after}`),
    ),
    ...section("What happens", steps.map(stepLine)),
    ...section("Expected outage", outageLines(plan)),
    ...section("Besides", notes),
    ...(isWhole
      ? files.flatMap(({ path, services, diff }) => [
          "",
          `${path} (${services.join(", ")})`,
          ...shortened(diff),
        ])
      : []),
  ].join("\n");
}

/** Plans of several stacks as Markdown for a pull request: short, with the details folded. */
export function markdownPage(plans: Plan[]): string {
  const changed = plans.filter((plan) => !isEmpty(plan));
  if (changed.length === 0)
    return `No cluster changes (${plans.map(({ stack }) => stack).join(", ")}).`;
  const same = plans.filter(isEmpty).map(({ stack }) => stack);
  return [
    ...changed.map(markdownOf),
    ...(same.length === 0 ? [] : [`Without a change: ${same.join(", ")}.`]),
  ].join("\n\n");
}

function markdownOf(plan: Plan): string {
  const { stack, settings, steps, irreversible, refused, warnings, notes, files } = plan;
  const list = (title: string, lines: string[]) =>
    lines.length === 0 ? [] : ["", `**${title}**`, "", ...lines.map((line) => `- ${line}`)];
  const rows = steps.map(
    ({ services, action, reasons, order }) =>
      `| ${services.join(", ")} | ${words[action]} | ${escaped(reasons.join(", "))} | ${order} |`,
  );
  return [
    `### \`${stack}\`: ${summary(plan)}`,
    ...list("Refused", refused),
    ...list("Policies", warnings),
    ...list("Cannot be taken back", irreversible),
    ...list("Expected outage", outageLines(plan)),
    ...(rows.length === 0
      ? []
      : ["", "| service | what happens | why | order |", "|---|---|---|---|", ...rows]),
    ...list("Besides", notes),
    ...folded(
      `${settings.length} changed settings`,
      settings.map(({ path, before, after }) => `${path}: ${before} -> ${after}`),
      settings.length,
    ),
    ...folded(
      `${files.length} changed files, with placeholders for secrets`,
      files.flatMap(({ path, services, diff }) => [
        `--- ${path} (${services.join(", ")})`,
        ...shortened(diff),
      ]),
      files.length,
    ),
  ].join("\n");
}

const isEmpty = ({ settings, steps, refused, irreversible, notes }: Plan) =>
  [settings, steps, refused, irreversible, notes].every((list) => list.length === 0);

/** One line. */
function summary(plan: Plan): string {
  const { steps, refused, outages } = plan;
  if (isEmpty(plan)) return "no change";
  if (refused.length > 0) return "`up` will refuse this";
  const count = (action: string) =>
    steps.filter((one) => one.action === action).flatMap(({ services }) => services).length;
  const counts = (["create", "remove", "restart", "reload"] as const)
    .map((action) => [count(action), action] as const)
    .filter(([number]) => number > 0)
    .map(([number, action]) => `${number} to ${action}`);
  const writes = outages.filter(({ route }) => route === "HAProxy");
  const longest = writes.reduce((most, { medianSeconds }) => Math.max(most, medianSeconds), 0);
  return [
    ...(counts.length === 0 ? ["no service restarts or reloads"] : counts),
    longest === 0 ? "no write outage" : `write outage of about ${longest} s`,
  ].join(", ");
}

const stepLine = ({ services, action, reasons, order }: Plan["steps"][number]) =>
  `${services.join(", ")}: ${words[action]}${order === "" ? "" : ` (${order})`}; ${reasons.join(", ")}`;

/** What happens, in words. */
const words: Record<Plan["steps"][number]["action"], string> = {
  create: "create",
  remove: "remove",
  restart: "restart",
  reload: "reload",
  write: "change without a reload",
};

const outageLines = ({ outages }: Plan) =>
  outages.map(
    ({ route, cause, medianSeconds, maximumSeconds, runs }) =>
      `${cause}: ${medianSeconds} s through ${route} (longest ${maximumSeconds} s of ${runs} measured runs)`,
  );

function shortened(diff: string): string[] {
  const lines = diff.split("\n");
  const rest = lines.length - longest;
  return rest > 0 ? [...lines.slice(0, longest), `… ${rest} more lines`] : lines;
}

const folded = (title: string, lines: string[], count: number) =>
  count === 0
    ? []
    : [
        "",
        `<details><summary>${title}</summary>`,
        "",
        "```diff",
        ...lines,
        "```",
        "",
        "</details>",
      ];

const escaped = (text: string) => text.replaceAll("|", "\\|");
