/**
 * What prevents an update, with the remedy. Nothing was changed. It carries the mark of Pulumi's `RunError`, so that Pulumi
 * prints it without a stack trace; commands that do not need Pulumi do not have to load it.
 */
export class Obstacle extends Error {
  readonly __pulumiRunError = true;
}
