import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { type Ending, run } from "../command";
import { findHostKeys } from "./hostKeys";
import { sshCommand, writeSshFiles } from "./ssh";

/** How long a new machine may take until it accepts the key, in seconds. */
const patienceSeconds = 300;

/** The pause between two logins, in seconds. */
const retrySeconds = 2;

/**
 * Waits until all hosts accept a login, because a machine that the same update creates is still
 * booting. Returns after some minutes at most: the survey then reports what is wrong.
 */
export async function awaitHosts(settings: Settings): Promise<void> {
  const { keys, problems } = findHostKeys(settings);
  if (problems.length > 0) return;
  const folder = mkdtempSync(join(tmpdir(), "hapg-ssh-"));
  try {
    writeSshFiles(folder, settings, keys);
    const end = Date.now() + patienceSeconds * 1000;
    const present = vmHosts(settings).filter(({ away }) => !away);
    await Promise.all(
      present.map(async (host) => {
        const words = [...sshCommand(host, settings, folder), "true"];
        while (isBooting(await run(words)) && Date.now() < end) await pause(retrySeconds * 1000);
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Another host key does not become the right one by waiting; a key may yet become accepted. */
const isBooting = ({ status, output }: Ending): boolean =>
  status !== 0 && !/host key verification failed|identification has changed/i.test(output);
