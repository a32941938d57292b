import type { Settings } from "../../configs/settings/schema";
import type { Service } from "../platform";
import { vmPrograms } from "./programs";
import { asRoot } from "./ssh";

/** The parts of commands for one service, on its host. */
export interface ServiceWords {
  /** Succeeds if its unit is active. */
  runs: string[];
  /** Runs a command as its user. */
  run: (words: string[]) => string[];
  /** Prints the last log lines of its unit, as root. */
  log: string[];
}

/** The words that make root run a command as another user. */
export const asUser = (user: string, words: string[]) => ["runuser", "-u", user, "--", ...words];

/** The words for a service, for any login user of its host. */
export function inService({ kind }: Pick<Service, "kind">, settings: Settings): ServiceWords {
  const { user, unit } = vmPrograms(settings)[kind];
  return {
    runs: ["systemctl", "is-active", "--quiet", unit],
    run: (words) => [...asRoot(settings), ...asUser(user, words)],
    log: [
      ...asRoot(settings),
      ...["journalctl", "--unit", unit, "--since", "-10min", "--lines", "400"],
      ...["--output", "cat", "--no-pager"],
    ],
  };
}
