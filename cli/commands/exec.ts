import { runAttached } from "../attached";
import { serviceOf } from "../member";
import { examples, onCluster, withCluster } from "../command";

/** `hapg exec`: runs a command inside a service, as the service's user. */
export const exec = onCluster("exec", "run a command inside a service, as the service's user")
  .argument("<service>", "such as patroni1")
  .argument("<command...>", "the command, after --")
  .passThroughOptions()
  .addHelpText(
    "after",
    examples(
      "exec patroni1 -- patronictl list",
      "exec etcd1 -- /etc/etcd/ctl endpoint status --cluster -w table",
    ),
  )
  .action(async (service, words, where) => {
    await withCluster(where, async ({ settings, reach }) => {
      const { name } = serviceOf(service, { settings });
      const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
      const command = words[0] === "--" ? words.slice(1) : words;
      await runAttached(reach.attached(name, command, isTerminal));
    });
  });
