import { readFileSync } from "node:fs";
import {
  type ClassDeclaration,
  type ClassElement,
  createSourceFile,
  getJSDocCommentsAndTags,
  isClassDeclaration,
  isGetAccessor,
  isJSDoc,
  isMethodDeclaration,
  isPropertyDeclaration,
  type JSDoc,
  ModifierFlags,
  getCombinedModifierFlags,
  type Node,
  ScriptTarget,
} from "typescript";
import { laterSettings } from "../configs/settings/unknown";

/** The reference of the npm package as Markdown, from the docstrings of its classes. */
export function packageReference(): string {
  return [
    "# Package",
    "",
    "What the npm package `hapg` exports. `npm run docs` generates this page from docstrings. [How to use",
    "it](../how-to/own-program.md)",
    "",
    ...classSection("PostgresCluster", "components/postgresCluster.ts", [
      "`new PostgresCluster(name, args, opts?)`. `args` are all [settings](../settings.md), in the form of a",
      "stack file. These may be outputs of other resources, and all others must be plain values:",
      "",
      ...laterSettings.map(laterRow),
      "",
      "`opts` are Pulumi's options of a component. [What each does](../how-to/own-program.md#resource-options)",
    ]),
    ...classSection("PostgresClusterReference", "components/clusterReference.ts", [
      "`new PostgresClusterReference(stack, output?)`. [All outputs](endpoints.md#outputs)",
    ]),
  ].join("\n");
}

const laterRow = (setting: string): string =>
  setting.endsWith(".*")
    ? `- each of \`${setting.slice(0, -2)}\``
    : `- \`${setting.replaceAll("*", "NAME")}\``;

function classSection(name: string, file: string, construction: string[]): string[] {
  const source = createSourceFile(file, readFileSync(file, "utf8"), ScriptTarget.ES2022, true);
  const found = source.statements.find(
    (one): one is ClassDeclaration => isClassDeclaration(one) && one.name?.text === name,
  );
  if (found === undefined) throw new Error(`${file} has no class ${name}`);
  const rows = found.members.filter(isPublic).flatMap(rowOf);
  return [
    `## ${name}`,
    "",
    textOf(found),
    "",
    ...construction,
    "",
    "| member | type | meaning |",
    "|---|---|---|",
    ...rows,
    "",
  ];
}

const isPublic = (member: ClassElement): boolean =>
  (getCombinedModifierFlags(member) & (ModifierFlags.Private | ModifierFlags.Protected)) === 0;

function rowOf(member: ClassElement): string[] {
  const name = member.name?.getText() ?? "";
  if (isPropertyDeclaration(member) || isGetAccessor(member))
    return [row(name, member.type?.getText() ?? "", oneLine(member))];
  if (!isMethodDeclaration(member)) return [];
  const parameters = member.parameters.map(
    ({ name: one, questionToken }) => one.getText() + (questionToken === undefined ? "" : "?"),
  );
  const type = member.type?.getText() ?? "the outputs by name";
  return [row(`${name}(${parameters.join(", ")})`, type, oneLine(member))];
}

const row = (name: string, type: string, meaning: string): string =>
  `| ${[
    `\`${name}\``,
    type.includes(" by ") ? type : `\`${type.replaceAll(/\s+/g, " ")}\``,
    meaning,
  ]
    .map((cell) => cell.replaceAll("|", "\\|"))
    .join(" | ")} |`;

const docOf = (node: Node): JSDoc | undefined =>
  getJSDocCommentsAndTags(node).filter(isJSDoc).at(-1);

const commentOf = ({ comment }: { comment?: unknown }): string =>
  typeof comment === "string" ? comment : "";

const textOf = (node: Node): string => commentOf(docOf(node) ?? {});

/** A docstring with its parameters and errors, as one line. */
function oneLine(node: Node): string {
  const tags = (docOf(node)?.tags ?? []).map((tag) => {
    const text = commentOf(tag);
    const [, of = "", rest = text] = /^@param (\w+)/.exec(tag.getText()) ?? [];
    if (tag.tagName.text === "param") return `\`${of}\`: ${rest}.`;
    return tag.tagName.text === "throws" ? `Error: ${text.replace(/^\{\S+\} /, "")}.` : "";
  });
  return [textOf(node), ...tags].join(" ").replaceAll(/\s+/g, " ").trim();
}
