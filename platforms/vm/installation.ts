import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { also } from "../dependsOn";
import { rerunOn } from "../difference";
import { shellCommand } from "../shell";

/** Arguments of {@link Installation}. */
export interface InstallationArgs {
  connection: pulumi.Input<command.types.input.remote.ConnectionArgs>;
  /** Address of the host. Where another resource gives it, what is here goes before that resource. */
  address: pulumi.Input<string>;
  /** Prefix that runs a command as root. */
  asRoot: string[];
  /** Script that brings the host to the wanted state from any state. */
  apply: pulumi.Input<string>;
  /** Script that reverts it. */
  remove: string;
  /** Why it must be applied again although no input changed. */
  difference: string | undefined;
  /**
   * The host is away: nothing is changed, and nothing runs when it is removed from the stack file.
   */
  away: boolean;
  protect: boolean;
}

/**
 * A part of a host's configuration: one script runs when it changes or when the host differs,
 * another when it is removed from the stack file. They are two resources, because a difference
 * replaces the first, and a replacement must not remove anything.
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
      // Left out, so that what the cluster itself has applies.
      ...(away ? { retainOnDelete: true } : {}),
    };
    const removal = new command.remote.Command(
      `${name}-removal`,
      {
        connection,
        delete: root,
        stdin: args.remove,
        addPreviousOutputInEnv: false,
        // A service that moves to another host is removed from the old one first: a member cannot
        // run twice.
        triggers: [args.address],
      },
      {
        ...inherit,
        deleteBeforeReplace: true,
        ...(args.protect ? { protect: true } : {}),
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
        // By default, SSH servers accept no environment from clients.
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
