import { lookAt } from "../../operations/look/look";
import { type ReplicationNode, topologyOf } from "../../operations/topology";
import { bytes } from "../../operations/units";
import { examples, onCluster, withCluster } from "../command";
import { print, printJson } from "../terminal";
import { textTable } from "../textTable";

/** `hapg topology`: shows which member streams from which. */
export const topology = onCluster("topology", "show which member streams from which")
  .option("--json", "print JSON")
  .addHelpText("after", examples("topology", "topology --json"))
  .action(async ({ json, ...where }) => {
    await withCluster(where, async ({ settings, reach }) => {
      const found = topologyOf(await lookAt(settings, reach), settings);
      if (json === true) {
        printJson(found);
        return;
      }
      const { primary, detached } = found;
      const rows = [
        ...(primary === null ? [["(no primary)"]] : branch(primary, "", "")),
        ...detached.flatMap((one) => branch(one, "", "")),
      ];
      print(textTable([head, ...rows]).join("\n"));
    });
  });

const head = ["MEMBER", "ROLE", "STATE", "TL", "SEND LAG", "REPLAY LAG", "HOST"];

/** A member's row, and those of the members that stream from it. */
function branch(node: ReplicationNode, lead: string, below: string): string[][] {
  const { name, role, state, timeline, sendLagBytes, replayLagBytes, host, standbys } = node;
  const lag = (count: number | null) => (count === null ? "" : bytes(count));
  const row = [
    ...[lead + name, role ?? "", state, String(timeline ?? ""), lag(sendLagBytes)],
    ...[lag(replayLagBytes), host ?? ""],
  ];
  const last = standbys.length - 1;
  return [
    row,
    ...standbys.flatMap((one, i) =>
      i === last
        ? branch(one, `${below}└─ `, `${below}   `)
        : branch(one, `${below}├─ `, `${below}│  `),
    ),
  ];
}
