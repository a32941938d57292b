import { allowed, type JsonSchema, jsonSchema } from "./schemaLookup";

/** The reference of all settings as Markdown, generated from the schema. */
export function settingsReference(): string {
  const root = jsonSchema();
  const sections = Object.entries(root.properties ?? {}).map(([area, schema]) => {
    const rows = leaves(area, schema);
    return [
      `## hapg:${area}`,
      "",
      ...(schema.properties === undefined || schema.description === undefined
        ? []
        : [schema.description, ""]),
      ...(rows.length === 0
        ? []
        : ["| setting | values | default | meaning |", "|---|---|---|---|", ...rows, ""]),
    ].join("\n");
  });
  return [
    "# Settings",
    "",
    "Every setting of a stack file. All are optional. `npm run docs` generates this page from the",
    "schema. [How to write a stack file](how-to/stacks.md#write-a-stack-file)",
    "",
    ...sections,
  ].join("\n");
}

/** One row for each value below a schema. */
function leaves(path: string, schema: JsonSchema): string[] {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, child]) => leaves(`${path}.${key}`, child));
  }
  if (typeof additionalProperties === "object" && additionalProperties.properties !== undefined) {
    return leaves(`${path}.NAME`, additionalProperties);
  }
  return [row(path, schema)];
}

function row(path: string, schema: JsonSchema): string {
  const fallback = schema.default === undefined ? "" : `\`${JSON.stringify(schema.default)}\``;
  const cells = [`\`${path}\``, allowed(schema) ?? "", fallback, schema.description ?? ""];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
