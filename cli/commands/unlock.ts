import { leftovers, removeContainer } from "../../platforms/docker/leftover";
import { examples, onCluster, runOn } from "../command";
import { exitCode, Failure } from "../failure";
import { endOrphans, orphans } from "../orphans";
import { PulumiStack } from "../pulumiStack";
import { project, settingsInFile } from "../stackFile";
import { describeLock, locksOf } from "../stackLock";
import { confirmed, print, progress } from "../terminal";

/**
 * `hapg unlock`: after a killed update, releases its lock and removes what it had begun without
 * recording it. It can be interrupted and run again.
 */
export const unlock = onCluster("unlock", "release the lock of an update that was killed")
  .option("-y, --yes", "do not ask")
  .option("--dry-run", "show the plan, and change nothing")
  .addHelpText("after", examples("unlock", "unlock --dry-run"))
  .action(async ({ stack: name, configFile, ...options }) => {
    const settings = settingsInFile(name, configFile);
    const locks = locksOf(project, name);
    const held = locks?.find(({ isHeld }) => isHeld === true);
    if (held !== undefined)
      throw new Failure(
        `The stack ${name} is ${describeLock(held)}. Wait until it has ended, or end it by ` +
          `\`kill -INT ${held.pid}\`. Nothing was changed.`,
        exitCode.refused,
      );
    const stack = PulumiStack.named(name);
    const { cutShort, services } = stack.state();
    const begun = cutShort
      .flatMap(({ container }) => container ?? [])
      .filter((container) => !services.includes(container));
    const left = leftovers(settings, `${project}/${name}`, begun);
    const plugins = orphans();
    const plan = [
      ...(locks ?? []).map((lock) => `Release: ${describeLock(lock)}.`),
      ...(locks === undefined
        ? [
            "Release the lock that the backend holds, if any. Make sure that no update runs anywhere.",
          ]
        : []),
      ...plugins.map(
        ({ pid, name: plugin }) => `End process ${pid}, a ${plugin} of a killed update.`,
      ),
      ...left.map(
        (one) => `Remove the container ${one}: the state does not have it. Its data is kept.`,
      ),
      ...cutShort.map(
        (one) => `Forget that the update was ${one.operation} ${one.type} ${one.name}.`,
      ),
    ];
    if (plan.length === 0) {
      print(`The stack ${name} is not locked, and no update of it was cut short.`);
      return;
    }
    if (!(await confirmed(plan, options))) return;
    // The lock is released last: until then no other update can start.
    await endOrphans(plugins);
    for (const container of left) await removeContainer(settings.docker.host, container);
    if (locks?.length !== 0) stack.cancel();
    if (cutShort.length > 0) stack.forgetCutShort();
    print(`The stack ${name} is unlocked.`);
    progress(`Next, to finish what the update began: ${runOn(name)("up")}`);
  });
