import { InvalidArgumentError } from "@commander-js/extra-typings";
import { planOf } from "../../configs/cluster/plan";
import { serviceOf } from "../member";
import { readLogs } from "../../operations/logs";
import { examples, onCluster, withCluster } from "../command";
import { print, progress, styled } from "../terminal";

/** `hapg logs`: the logs of all services, or of some, merged by time. */
export const logs = onCluster("logs", "show logs of all or some services, merged by time")
  .argument("[services...]", "such as patroni1; by default all")
  .option("-f, --follow", "keep printing new lines")
  .option("--since <age>", "age of the oldest line, such as 30s, 10m or 2h", age, "10m")
  .option("--grep <pattern>", "only lines that match this regular expression", expression)
  .addHelpText("after", examples("logs patroni1 etcd1 --since 1h", "logs -f --grep ERROR"))
  .action(async (names, { follow = false, since, grep, ...where }) => {
    await withCluster(where, async ({ settings, reach }) => {
      const known = planOf(settings).filter(({ isAway }) => !isAway);
      const services =
        names.length === 0
          ? known.map(({ name }) => name)
          : names.map((name) => serviceOf(name, { settings }).name);
      const width = Math.max(...services.map(({ length }) => length));
      await readLogs(reach, settings, {
        services,
        follow,
        since,
        pattern: grep,
        show: ({ service, time, text }) =>
          print(
            `${styled("dim", time.slice(0, 23))} ${styled("cyan", service.padEnd(width))} ${text}`,
          ),
        problem: progress,
      });
    });
  });

function age(text: string): string {
  if (!/^\d+(s|m|h)$/.test(text)) throw new InvalidArgumentError("It must be like 30s, 10m or 2h.");
  return text;
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
