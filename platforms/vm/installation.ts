import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { also } from "../dependsOn";
import { rerunOn } from "../difference";
import { shellCommand } from "../shell";

/** Arguments of {@link Installation}. */
export interface InstallationArgs {
  connection: pulumi.Input<command.types.input.remote.ConnectionArgs>;
  /** Address of the host. */
  address: string;
  /** Words before a command that make it root's. */
  asRoot: string[];
  /** Script that brings the host to the wanted state, from whatever state it is in. */
  apply: pulumi.Input<string>;
  /** Script that takes it back. */
  remove: string;
  /** Why it has to be applied again although nothing was changed here. */
  difference: string | undefined;
  /** The host is away: nothing is changed, and nothing is done when it leaves the stack file. */
  away: boolean;
  protect: boolean;
}

/**
 * A piece of a host's configuration: a script that is run again when it changes or when the host is
 * found to differ, and one that is run when it leaves the stack file. Two resources, because the first is
 * replaced when the host differs, and what is replaced must not be removed.
 */
export class Installation extends pulumi.ComponentResource {
  constructor(name: string, args: InstallationArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:vm:Installation", name, {}, opts);
    const { connection, away } = args;
    const { triggers, options } = rerunOn(args.difference);
    const root = shellCommand([...args.asRoot, "sh", "-s"]);
    const inherit = {
      parent: this,
      dependsOn: opts.dependsOn ?? [],
      retainOnDelete: away,
    };
    const removal = new command.remote.Command(
      `${name}-removal`,
      {
        connection,
        delete: root,
        stdin: args.remove,
        addPreviousOutputInEnv: false,
        // What moves to another host leaves the old one first: a member cannot be in two places.
        triggers: [args.address],
      },
      {
        ...inherit,
        deleteBeforeReplace: true,
        protect: args.protect,
        ignoreChanges: away ? ["connection", "stdin", "triggers"] : [],
      },
    );
    new command.remote.Command(
      `${name}-state`,
      {
        connection,
        create: root,
        update: root,
        stdin: args.apply,
        // Servers take no environment from clients, by default.
        addPreviousOutputInEnv: false,
        triggers,
      },
      {
        ...inherit,
        dependsOn: also(inherit.dependsOn, removal),
        ignoreChanges: [
          ...(options.ignoreChanges ?? []),
          ...(away ? ["connection", "create", "update", "stdin"] : []),
        ],
      },
    );
    this.registerOutputs({});
  }
}
