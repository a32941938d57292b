import { type EtcdRebuild, etcdRebuild } from "../../operations/etcdRebuild";
import type { EtcdDisk } from "../../platforms/etcdData";
import { reachOf } from "../../platforms/reach";
import { agreed } from "../agreed";
import { parseArguments } from "../arguments";
import { project, PulumiStack } from "../pulumiStack";

/**
 * `npm run rebuild-etcd [-- --stack NAME] [--yes]`: forms etcd's cluster anew where its majority is lost, from the newest data
 * that is left, or from none; then runs an update, which brings the other members back and lets the member of PostgreSQL
 * with the longest history lead. No data of PostgreSQL is changed.
 */
async function main(): Promise<void> {
  const { stack: name, flags, rest } = parseArguments(process.argv.slice(2), ["--yes"]);
  const stack = PulumiStack.open(name);
  const settings = stack.settings();
  const reach = reachOf(settings);
  let rebuild: EtcdRebuild;
  try {
    rebuild = await etcdRebuild(settings, `${project}/${name}`, reach);
  } finally {
    await reach.close();
  }
  for (const line of [...rebuild.disks.map(described), ...outlook(rebuild)]) console.log(line);
  if (!flags.has("--yes") && !(await agreed(name))) {
    throw new Error("Nothing was changed. In a script, --yes answers for you.");
  }
  await rebuild.permit();
  stack.run("up", "--stack", name, "--yes", "--skip-preview", ...rest);
}

const described = ({ service, hasData, term, index }: EtcdDisk) =>
  hasData ? `${service}: data up to term ${term}, index ${index}` : `${service}: no data`;

const outlook = ({ chosen, hasData, unseen }: EtcdRebuild) => [
  ...(unseen.length === 0
    ? []
    : [
        `${unseen.join(", ")}: not looked at, the host is set away. If etcd still runs there, stop it first: ` +
          "two clusters would each let a member lead.",
      ]),
  hasData
    ? `${chosen} goes on with its data, by itself. Lost is what etcd took after that; the others join it again.`
    : `${chosen} founds etcd anew. Lost are the record of who led last, and what was changed by hand in Patroni's ` +
      "dynamic configuration. The members of PostgreSQL restart and compare their disks: nobody takes writes until the " +
      "update is done.",
];

void main();
