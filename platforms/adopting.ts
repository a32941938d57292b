/** Set by `hapg adopt` for a preview: data and services of a former owner are then no obstacle. */
export const adoptingVariable = "HAPG_ADOPTING";

/** Whether this program only checks whether it can take a cluster over. */
export const isAdopting = (): boolean => process.env[adoptingVariable] === "true";

/**
 * The environment that lets a program take a cluster over. @param owner
 * `organization/project/stack`, optionally with `:name`
 */
export const adoptCommand = (owner: string): string => {
  const stack = (owner.split("/").at(-1) ?? "").split(":")[0] ?? "";
  return `\`npm run -s hapg -- adopt${stack === "dev" ? "" : ` --stack ${stack}`}\``;
};
