import { diagnose as problemsOf } from "../../operations/diagnose";
import { lookCloser } from "../../operations/look/closer";
import { examples, leftLocks, onCluster, withCluster } from "../command";
import { writeBundle } from "../supportBundle";
import { Failure } from "../failure";
import { problemLines } from "../statusPage";
import { print, printJson } from "../terminal";

/**
 * `hapg diagnose`: problems with evidence, cause and the next command. Exit codes are those of a
 * monitoring plug-in.
 */
export const diagnose = onCluster("diagnose", "find problems, their causes and what to do next")
  .option("--json", "print JSON")
  .option("--bundle [path]", "write an archive for a support ticket instead, without secrets")
  .addHelpText("after", examples("diagnose", "diagnose --json", "diagnose --bundle"))
  .addHelpText(
    "after",
    "\nExit codes: 0 no problem, 1 warnings, 2 critical problems, 3 nothing answers. With " +
      "--bundle: 0 once the archive is there.",
  )
  .action(async ({ json, bundle, ...where }) => {
    if (bundle !== undefined) {
      await withCluster(where, (cluster) => writeBundle(cluster, bundle === true ? "." : bundle));
      return;
    }
    const code = await withCluster(where, async ({ stack, settings, reach, run }) => {
      const look = await lookCloser(settings, reach);
      const problems = problemsOf({ look, settings, run, locks: leftLocks(stack) });
      if (json === true) printJson(problems);
      else if (problems.length === 0) print("No problems found.");
      else print(problemLines(problems).join("\n"));
      const all = [...look.etcd, ...look.members, ...look.routers, ...look.pools];
      if (all.every(({ facts }) => facts === undefined)) return 3;
      if (problems.some(({ severity }) => severity === "critical")) return 2;
      return problems.length === 0 ? 0 : 1;
    });
    if (code !== 0) throw new Failure("", code);
  });
