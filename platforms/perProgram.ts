import * as pulumi from "@pulumi/pulumi";

/**
 * A value that all clusters of the running program share.
 * @param create makes it, once for each program in this process: tests run many
 */
export function perProgram<Value>(create: () => Value): () => Value {
  const values = new WeakMap<object, Value>();
  return () => {
    // A program has one connection to the Pulumi engine.
    const program = pulumi.runtime.getMonitor() ?? {};
    const value = values.get(program) ?? create();
    values.set(program, value);
    return value;
  };
}
