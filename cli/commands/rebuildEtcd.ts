import { type EtcdRebuild, etcdRebuild } from "../../operations/etcdRebuild";
import type { EtcdDisk } from "../../platforms/etcdDisk";
import { agreed } from "../agreed";
import { onStack, withReach } from "../command";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { project } from "../stackFile";
import { progress } from "../terminal";

/**
 * `hapg rebuild-etcd`: forms etcd's cluster again after the loss of its majority, from the newest
 * remaining data or from none. Then it runs an update, which brings the other members back and lets
 * the PostgreSQL member with the longest history lead. PostgreSQL's data stays unchanged.
 */
export const rebuildEtcd = onStack(
  "rebuild-etcd",
  "form a new etcd cluster when its majority is lost, then run `up`",
)
  .option("-y, --yes", "do not ask")
  .argument("[words...]", "options of `pulumi up`")
  .allowUnknownOption()
  .action(async (words, { stack: name, yes }) => {
    const stack = PulumiStack.open(name);
    const settings = stack.settings();
    await withReach(settings, async (reach) => {
      const rebuild = await etcdRebuild(settings, `${project}/${name}`, reach);
      [...rebuild.disks.map(described), ...outlook(rebuild)].forEach(progress);
      if (yes !== true && !(await agreed(name)))
        throw new Failure("Nothing was changed. In a script, use --yes.", exitCode.refused);
      await rebuild.permit();
    });
    stack.up(words);
  });

const described = ({ service, hasData, term, index }: EtcdDisk) =>
  hasData ? `${service}: data up to term ${term}, index ${index}` : `${service}: no data`;

const outlook = ({ chosen, hasData, unseen }: EtcdRebuild) => [
  ...(unseen.length === 0
    ? []
    : [
        `${unseen.join(", ")}: not inspected, because the stack file sets the host away. If ` +
          "etcd still runs there, stop it first: two etcd clusters would each accept a primary.",
      ]),
  hasData
    ? `${chosen} continues with its data, alone. Writes to etcd after that are lost. The other ` +
      "members join again."
    : `${chosen} creates an empty etcd cluster. Lost are the record of the last primary and ` +
      "manual changes of Patroni's dynamic configuration. The PostgreSQL members restart and " +
      "compare their disks: there is no primary until the update is done.",
];
