import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type VmHost, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { Obstacle } from "../obstacle";
import { shellCommand } from "../shell";

/** Where a host's SSH server is. */
export const sshAddressOf = (host: VmHost): string => host.sshAddress ?? host.address;

/** A path of the stack file, in which `~` is the home folder. */
export const expandHome = (path: string) => path.replace(/^~(?=\/)/, homedir());

/**
 * The private key of the settings; undefined if the agent has it.
 * @throws {Obstacle} if its file cannot be read
 */
export function privateKeyOf({ vm }: Settings): string | undefined {
  const { privateKey, privateKeyFile } = vm.ssh;
  if (privateKeyFile === undefined) return privateKey;
  const path = expandHome(privateKeyFile);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Obstacle(
      `vm.ssh.privateKeyFile: ${path} cannot be read (${code ?? String(error)}); nothing was changed.`,
    );
  }
}

/** The private key as a file for the ssh client, which takes none whose last line does not end. */
export function keyFileOf(settings: Settings): string | undefined {
  const key = privateKeyOf(settings);
  return key === undefined ? undefined : `${key.trimEnd()}\n`;
}

/** Public host keys by address and port: what the other end has to prove to be. */
export type HostKeys = (address: string, port: number) => string | undefined;

/** The words before a command that make it root's. */
export const asRoot = ({ vm }: Settings): string[] =>
  vm.ssh.user === "root" ? [] : ["sudo", "-n"];

/**
 * The system's ssh client and its arguments, up to the remote command. It takes nothing from the user's own
 * configuration, so that it gets where the command provider gets.
 * @param folder of the files `key`, if there is one, and `known_hosts`
 */
export function sshCommand(host: VmHost, settings: Settings, folder: string): string[] {
  const { user, port, jumpHost } = settings.vm.ssh;
  const common = [
    ...["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"],
    ...[
      "-o",
      "StrictHostKeyChecking=yes",
      "-o",
      `UserKnownHostsFile=${join(folder, "known_hosts")}`,
    ],
    ...["-o", "GlobalKnownHostsFile=none", "-o", "LogLevel=ERROR"],
    ...(privateKeyOf(settings) === undefined
      ? []
      : ["-o", "IdentitiesOnly=yes", "-i", join(folder, "key")]),
  ];
  const to = (address: string, as: string, at: number) => ["-p", String(at), `${as}@${address}`];
  const jump =
    jumpHost === undefined
      ? []
      : [
          "-o",
          `ProxyCommand=${shellCommand([
            ...[...common, "-W", "[%h]:%p"],
            ...to(jumpHost.address, jumpHost.user ?? user, jumpHost.port),
          ])}`,
        ];
  return [...common, ...jump, ...to(sshAddressOf(host), user, port), "--"];
}

/** The ssh client's file `known_hosts`. */
export function knownHosts(settings: Settings, keys: HostKeys): string {
  const { port, jumpHost } = settings.vm.ssh;
  const ends = [
    ...vmHosts(settings).map((host) => ({ address: sshAddressOf(host), port })),
    ...(jumpHost === undefined ? [] : [jumpHost]),
  ];
  return ends
    .map((end) => {
      const name = end.port === 22 ? end.address : `[${end.address}]:${end.port}`;
      return `${name} ${keys(end.address, end.port) ?? ""}\n`;
    })
    .join("");
}

/** Writes the files that {@link sshCommand} reads into a folder. */
export function writeSshFiles(folder: string, settings: Settings, keys: HostKeys): void {
  const key = keyFileOf(settings);
  if (key !== undefined) writeFileSync(join(folder, "key"), key, { mode: 0o600 });
  writeFileSync(join(folder, "known_hosts"), knownHosts(settings, keys));
}
