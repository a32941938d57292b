import { paths } from "../../configs/cluster/paths";
import { namesOf } from "../../configs/cluster/plan";
import { type EtcdDisk, etcdDataOf, newestOf } from "../../platforms/etcdData";
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
  const services = namesOf("etcd", settings);
  const reach = reachOf(settings);
  try {
    for (const service of services) {
      const { status } = await reach.execute(service, [paths.etcdCtl, "endpoint", "health"]);
      if (status === 0)
        throw new Error(`etcd has a quorum (${service} answers): nothing was changed.`);
    }
  } finally {
    await reach.close();
  }
  const data = etcdDataOf(settings, `${project}/${name}`);
  const disks = await data.look();
  const clusters = new Set(disks.flatMap(({ cluster }) => cluster ?? []));
  if (clusters.size > 1) {
    throw new Error(
      `etcd's members hold data of different clusters (${[...clusters].join(", ")}); move away what does not belong to this one. Nothing was changed.`,
    );
  }
  const newest = newestOf(disks);
  const chosen = newest?.service ?? services[0] ?? "";
  for (const line of [...disks.map(described), outlook(chosen, newest)]) console.log(line);
  if (!flags.has("--yes") && !(await agreed(name))) {
    throw new Error("Nothing was changed. In a script, --yes answers for you.");
  }
  await data.permitRebuild(chosen);
  stack.run("up", "--stack", name, "--yes", "--skip-preview", ...rest);
}

const described = ({ service, hasData, term, index }: EtcdDisk) =>
  hasData ? `${service}: data up to term ${term}, index ${index}` : `${service}: no data`;

const outlook = (chosen: string, newest: EtcdDisk | undefined) =>
  newest === undefined
    ? `${chosen} founds etcd anew. Lost are the record of who led last, and what was changed by hand in Patroni's ` +
      "dynamic configuration. The members of PostgreSQL compare their disks instead."
    : `${chosen} goes on with its data, by itself. Lost is what etcd took after that; the others join it again.`;

void main();
