/** Set by `hapg adopt` for a preview: what belongs to a former owner is no obstacle to it. */
export const adoptingVariable = "HAPG_ADOPTING";

/** Whether this program only finds out whether it could take a cluster over. */
export const isAdopting = (): boolean => process.env[adoptingVariable] === "true";

/** What takes a cluster over. @param owner `organization/project/stack`, and maybe `:name` */
export const adoptCommand = (owner: string): string => {
  const stack = (owner.split("/").at(-1) ?? "").split(":")[0] ?? "";
  return `\`npm run -s hapg -- adopt${stack === "dev" ? "" : ` --stack ${stack}`}\``;
};
