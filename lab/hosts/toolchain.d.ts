/** Setup's access to the package manager, which is JavaScript. */
declare module "*/toolchain/lib/apt.mjs" {
  export function aptInstall(packages: string[], options: { work: string }): Promise<void>;
}
