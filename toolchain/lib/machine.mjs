// @ts-check
import { existsSync, readFileSync } from "node:fs";

/** Whether this process may change the system. */
export function isRoot() {
  return process.getuid?.() === 0;
}

/** Whether this is Debian, Ubuntu or another system made from them. */
export function isDebianFamily() {
  try {
    const words =
      readFileSync("/etc/os-release", "utf8")
        .match(/^ID(_LIKE)?=.*$/gm)
        ?.join(" ") ?? "";
    return /\b(debian|ubuntu)\b/.test(words);
  } catch {
    return false;
  }
}

/** Whether setup may install packages by itself. */
export function canInstallPackages() {
  return isRoot() && isDebianFamily();
}

/** Whether systemd manages the services of this machine. */
export function hasSystemd() {
  return existsSync("/run/systemd/system");
}
