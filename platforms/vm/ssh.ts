import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type VmHost, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { Obstacle } from "../obstacle";
import { shellCommand } from "../shell";

/** The address of a host's SSH server. */
export const sshAddressOf = (host: VmHost): string => host.sshAddress ?? host.address;

/** Resolves a path of the stack file, in which `~` is the home directory. */
export const expandHome = (path: string) => path.replace(/^~(?=\/)/, homedir());

/**
 * The private key of the settings; undefined if the SSH agent has it.
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

/** The private key as a file for the ssh client, which requires a line break at the end. */
export function keyFileOf(settings: Settings): string | undefined {
  const key = privateKeyOf(settings);
  return key === undefined ? undefined : `${key.trimEnd()}\n`;
}

/** Public host keys by address and port, for the verification of hosts. */
export type HostKeys = (address: string, port: number) => string | undefined;

/** The prefix that runs a command as root. */
export const asRoot = ({ vm }: Settings): string[] =>
  vm.ssh.user === "root" ? [] : ["sudo", "-n"];

/**
 * The system's ssh client and its arguments, up to the remote command. It ignores the user's own
 * configuration, so it connects in the same way as the command provider.
 * @param folder of the files `key`, if there is one, and `known_hosts`
 */
export function sshCommand(host: VmHost, settings: Settings, folder: string): string[] {
  const { user, port, jumpHost } = settings.vm.ssh;
  const common = [
    ...["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"],
    // A host that hangs after the login.
    ...["-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3"],
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

/** Writes the files of {@link sshCommand} into a directory. */
export function writeSshFiles(folder: string, settings: Settings, keys: HostKeys): void {
  const key = keyFileOf(settings);
  if (key !== undefined) writeFileSync(join(folder, "key"), key, { mode: 0o600 });
  writeFileSync(join(folder, "known_hosts"), knownHosts(settings, keys));
}
