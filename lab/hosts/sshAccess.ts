import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { shellCommand } from "../../platforms/shell";

/** A key pair of this run and the trusted host keys, in a temporary directory. */
export class SshAccess {
  private readonly folder: string;
  private readonly hostKeys = new Map<string, string>();
  readonly privateKeyFile: string;
  readonly authorizedKeysFile: string;
  readonly knownHostsFile: string;

  /** @param keptIn directory that keeps the key for another run; left out: a temporary one */
  constructor(keptIn?: string) {
    if (keptIn !== undefined) mkdirSync(keptIn, { recursive: true });
    this.folder = keptIn ?? mkdtempSync(join(tmpdir(), "hapg-hosts-"));
    this.privateKeyFile = join(this.folder, "id_ed25519");
    this.authorizedKeysFile = join(this.folder, "authorized_keys");
    this.knownHostsFile = join(this.folder, "known_hosts");
    if (existsSync(this.privateKeyFile)) return;
    const words = ["-q", "-t", "ed25519", "-N", "", "-C", "hapg-test", "-f", this.privateKeyFile];
    execaSync("ssh-keygen", words);
    copyFileSync(`${this.privateKeyFile}.pub`, this.authorizedKeysFile);
    // On the hosts root owns it, and another user's server process reads it.
    chmodSync(this.authorizedKeysFile, 0o644);
  }

  /** Trusts this key of a host, and no longer the former one. */
  trust(address: string, hostKey: string): void {
    this.hostKeys.set(address, hostKey);
    const lines = [...this.hostKeys].map(([host, key]) => `${host} ${key}\n`);
    writeFileSync(this.knownHostsFile, lines.join(""));
  }

  /** A command line that runs a command on a host and verifies the host's key. */
  commandLine(user: string, address: string, command: string[]): string[] {
    const options = {
      BatchMode: "yes",
      ConnectTimeout: "3",
      GlobalKnownHostsFile: "/dev/null",
      IdentitiesOnly: "yes",
      LogLevel: "ERROR",
      StrictHostKeyChecking: "yes",
      UserKnownHostsFile: this.knownHostsFile,
    };
    return [
      ...["ssh", "-F", "/dev/null", "-i", this.privateKeyFile],
      ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
      ...[`${user}@${address}`, shellCommand(command)],
    ];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
