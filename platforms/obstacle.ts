/**
 * An error that prevents an update, with the remedy. Nothing was changed. It carries the mark of
 * Pulumi's `RunError`, so Pulumi prints it without a stack trace, and commands that do not need
 * Pulumi need not load it.
 */
export class Obstacle extends Error {
  readonly __pulumiRunError = true;
}
