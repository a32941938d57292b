import { DockerObjects } from "../lab/dockerObjects";
import { E2eStack } from "../lab/e2eStack";
import { EmptyProgram } from "./emptyProgram";
import { removingAfter } from "./removing";
import { option, Report } from "../measure/report";
import { ratio, Times } from "./times";

const name = "hapg-plan";
const objects = new DockerObjects(name);
const settings = (members: number) => ({
  clusterName: name,
  haproxy: { writePort: 36000, readPort: 36001, statsPort: 39404, restApiPort: 39009 },
  pgbouncer: { port: 37432 },
  docker: { memberPort: 36432 },
  postgres: { members, memoryMegabytes: 320 },
});

/**
 * `npm run bench:plan [-- --runs N]`: what a preview and an `up` take that find nothing to do, as
 * the user starts them, beside an empty program with the same plugins in the same minutes. Prints a
 * table and writes `reports/plan.json`.
 */
async function main(): Promise<void> {
  const runs = option("--runs", 5);
  const report = new Report("plan");
  objects.remove();
  const stack = new E2eStack(name);
  const empty = new EmptyProgram();
  const work = async () => {
    await empty.begin();
    await stack.init();
    const nothing = new Times("an empty program");
    const three = new Times("3 members");
    const seven = new Times("7 members");
    await measure(stack, 3, runs, three, async () => {
      nothing.preview.push(await empty.run("preview"));
      nothing.up.push(await empty.run("up", "--yes", "--skip-preview"));
    });
    await measure(stack, 7, runs, seven);
    for (const times of [nothing, three, seven]) for (const one of times.figures()) report.add(one);
    for (const what of ["preview", "up"] as const) {
      report.add(ratio(`${what}, 3 members to an empty program`, three[what], nothing[what]));
      report.add(ratio(`${what}, 7 members to 3`, seven[what], three[what]));
    }
  };
  await removingAfter(work, () => {
    stack.dispose();
    empty.dispose();
    objects.remove();
  });
  report.finish();
}

/** @param beside what is measured in turns with it */
async function measure(
  stack: E2eStack,
  members: number,
  runs: number,
  times: Times,
  beside = () => Promise.resolve(),
): Promise<void> {
  stack.configure(settings(members));
  await stack.up();
  for (let run = 0; run < runs; run++) {
    await beside();
    times.preview.push((await stack.npmRun("preview", "--expect-no-changes")).seconds);
    const up = await stack.npmRun("up", "--yes", "--skip-preview", "--expect-no-changes");
    times.up.push(up.seconds);
  }
}

void main();
