import * as pulumi from "@pulumi/pulumi";
import type { ConnectionStrings } from "../configs/cluster/connectionStrings";
import type { PostgresCluster } from "./postgresCluster";

type StackOutputs = ReturnType<PostgresCluster["stackOutputs"]>;

/** A stack's output as another stack sees it. */
type Read<Name extends keyof StackOutputs> = pulumi.Output<
  NonNullable<pulumi.Unwrap<StackOutputs[Name]>>
>;

/** Outputs that hold passwords. */
const secrets: readonly (keyof StackOutputs)[] = [
  "connectionStrings",
  "driverConnectionStrings",
  "roleConnectionStrings",
  "administratorConnectionStrings",
  "monitorConnectionStrings",
  "statsLogin",
  "restApiLogin",
  "backupKey",
  "writeUrl",
  "readUrl",
  "pooledWriteUrl",
  "pooledReadUrl",
  "multiHostUrl",
  "jdbcUrl",
];

/**
 * A cluster of another stack, for the stack of an application:
 *
 * ```ts
 * const cluster = new PostgresClusterReference(new pulumi.StackReference("acme/hapg/prod"));
 * const url = cluster.connectionStrings("orders").pooledWrite;
 * ```
 *
 * The application gets a rotated password with its next update. The former password stays valid
 * until the next rotation.
 */
export class PostgresClusterReference {
  /**
   * @param stack a stack of hapg, or of a program that exports `stackOutputs()` of a cluster
   * @param output name under which that program exports them; left out: its outputs are those of
   * the cluster
   */
  constructor(
    private readonly stack: pulumi.StackReference,
    private readonly output?: string,
  ) {}

  /**
   * One of the outputs of the cluster. Secret if it holds a password, or if the cluster's outputs
   * are exported as one output.
   * @throws {pulumi.RunError} in the output if the stack has no such output
   */
  get<Name extends keyof StackOutputs>(name: Name): Read<Name> {
    const exported = this.output ?? name;
    const value = pulumi
      .all([this.stack.getOutput(exported), this.stack.name])
      .apply(([found, stack]: [unknown, string]) => {
        const part =
          this.output === undefined
            ? found
            : (found as Record<string, unknown> | undefined)?.[name];
        if (part !== undefined) return part;
        const path = this.output === undefined ? name : `${exported}.${name}`;
        throw missing(
          `The stack ${stack} has no output ${path}. Check that it is the stack of the cluster` +
            (this.output === undefined
              ? "; if a program exports the cluster's outputs under a name, give that name too"
              : "") +
            "; then run its update.",
        );
      }) as Read<Name>;
    return secrets.includes(name) ? (pulumi.secret(value) as Read<Name>) : value;
  }

  /**
   * The connection strings of a database. Secret: each holds a password.
   * @param database left out: the default database of the cluster
   * @param role that logs in; left out: the owner of the database
   * @throws {pulumi.RunError} in the output if there is no such database or role, with those that
   * there are
   */
  connectionStrings(database?: string, role?: string): pulumi.Output<ConnectionStrings> {
    const name = database === undefined ? this.get("defaultDatabase") : pulumi.output(database);
    const all =
      role === undefined
        ? this.get("connectionStrings")
        : this.get("roleConnectionStrings").apply((roles) => part(roles, role, "role"));
    return pulumi.all([all, name]).apply(([strings, one]) => part(strings, one, "database"));
  }

  /** The CAs that clients must trust, as PEM. */
  get caCertificate(): pulumi.Output<string> {
    return this.get("caCertificate");
  }
}

function part<Value>(all: Record<string, Value>, name: string, kind: string): Value {
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found !== undefined) return found;
  throw missing(
    `The cluster has no connection strings of the ${kind} ${name}. It has those of ` +
      `${Object.keys(all).join(", ")}.`,
  );
}

/** Pulumi prints the stack trace of an error that is thrown after the program has ended. */
const missing = (message: string) => Object.assign(new pulumi.RunError(message), { stack: "" });
