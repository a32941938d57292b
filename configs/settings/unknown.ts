/**
 * Settings whose value an update may learn from another resource of the same program. Every other
 * setting decides which resources there are, and must be known before the first of them. `*` stands
 * for a name or an index.
 */
export const laterSettings = [
  "backup.key",
  "backup.s3.bucket",
  "backup.s3.ca",
  "backup.s3.endpoint",
  "backup.s3.key",
  "backup.s3.keySecret",
  "backup.s3.region",
  "docker.advertiseAddress",
  "docker.clientNetworks.*",
  "keepalived.virtualAddress",
  "roles.*.password",
  "tls.additionalNames.*",
  "tls.alsoTrusted",
  "tls.ca.certificate",
  "tls.ca.privateKey",
  "vm.clientNetworks.*",
  "vm.hosts.*.address",
  "vm.hosts.*.hostKey",
  "vm.hosts.*.sshAddress",
  "vm.ssh.jumpHost.address",
  "vm.ssh.jumpHost.hostKey",
  "vm.ssh.privateKey",
] as const;

/** The entry of {@link laterSettings} that a path matches; undefined if there is none. */
export function laterSetting(path: string[]): (typeof laterSettings)[number] | undefined {
  return laterSettings.find((pattern) => {
    const keys = pattern.split(".");
    return keys.length === path.length && keys.every((key, i) => key === "*" || key === path[i]);
  });
}

/** What stands for the unknown value of a setting in a preview: valid, and like no real value. */
export function placeholderOf(setting: (typeof laterSettings)[number], number: number): string {
  const word = `hapg-unknown-${number}`;
  // Reserved by RFC 1112: no host has such an address.
  const address = `240.0.${number >> 8}.${number & 255}`;
  switch (setting) {
    case "keepalived.virtualAddress":
    case "vm.hosts.*.address":
    case "vm.hosts.*.sshAddress":
    case "vm.ssh.jumpHost.address":
      return address;
    case "docker.clientNetworks.*":
    case "vm.clientNetworks.*":
      return `${address}/32`;
    case "vm.hosts.*.hostKey":
    case "vm.ssh.jumpHost.hostKey":
      return `ssh-ed25519 ${word}`;
    case "backup.key":
      return `hapgUnknown${String(number).padStart(32, "0")}`;
    case "backup.s3.ca":
      return `-----BEGIN CERTIFICATE-----\n${word}\n-----END CERTIFICATE-----\n`;
    default:
      return word;
  }
}

/** Whether a text contains a value of {@link placeholderOf}. */
export const holdsUnknown = (text: string): boolean =>
  /240\.0\.\d+\.\d+|hapg-unknown-\d+|hapgUnknown0*\d+/.test(text);
