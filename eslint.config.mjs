import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/**
 * Which rooms of the house a room may not look into. Data flows one way, and nothing that runs for
 * a user needs what tests need.
 */
const closed = {
  programs: ["configs/(?!compress)", "components", "platforms", "operations", "plan", "cli"],
  configs: ["components", "platforms", "operations", "plan", "cli"],
  platforms: ["components", "operations", "plan", "cli"],
  components: ["operations/(?!switchover/)", "plan", "cli"],
  operations: ["components", "plan", "cli"],
  plan: ["cli"],
  cli: [],
  generators: ["components", "platforms", "operations", "plan", "cli"],
};
const forTests = ["lab", "drills", "bench", "generators", "tests"];
const rooms = {
  ...Object.fromEntries(
    Object.entries(closed).map(([room, others]) => [room, [...others, ...forTests]]),
  ),
  lab: ["components", "drills", "bench", "generators", "tests"],
  drills: ["components", "bench", "generators", "tests"],
  bench: ["components", "generators", "tests"],
  measure: ["components", "operations", "cli", ...forTests],
};

const message = "This room does not look into that one: see `closed` in eslint.config.mjs.";

export default tseslint.config(
  { ignores: ["node_modules/", "dist/", "examples/", "toolchain/", "**/*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  ...Object.entries(rooms).map(([room, others]) => ({
    files: [`${room}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: `^(\\.\\./)+(${others.join("|")})/`, message },
            // Pure functions: they know nothing of the engine.
            ...(room === "configs" ? [{ regex: "^@pulumi/", message }] : []),
          ],
        },
      ],
    },
  })),
);
