import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** The cluster's own credentials. */
const systemNames = [
  "superuser",
  "replication",
  "rewind",
  "restApi",
  "poolLookup",
  "vrrp",
] as const;
type SystemName = (typeof systemNames)[number];

/** VRRP has no room for more. It guards against mistakes, not against who listens on the network. */
const vrrpLength = 8;

/** Arguments of {@link Credentials}. */
export interface CredentialsArgs {
  /** Roles of the stack file, each of which gets a password. */
  roles: string[];
}

/** Every password of a cluster: generated once, kept as a secret of the stack. */
export class Credentials extends pulumi.ComponentResource {
  /** Passwords of the cluster's own roles and of the REST API. */
  readonly system: Record<SystemName, pulumi.Output<string>>;
  /** Passwords of the stack file's roles, by role. */
  readonly roles: Record<string, pulumi.Output<string>>;

  constructor(name: string, args: CredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Credentials", name, {}, opts);
    const password = (suffix: string) =>
      // Letters and digits need no quoting anywhere; 32 of them are 190 bits.
      new random.RandomPassword(
        `${name}-${suffix}`,
        { length: suffix === "vrrp" ? vrrpLength : 32, special: false },
        { parent: this },
      ).result;
    this.system = byName(systemNames, password);
    this.roles = byName(args.roles, (role) => password(`role-${role}`));
    this.registerOutputs({});
  }
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
