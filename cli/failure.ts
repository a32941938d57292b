/** Exit codes of every command. `diagnose` has its own, as a monitoring plug-in. */
export const exitCode = { done: 0, failed: 1, wrongUsage: 2, refused: 3 } as const;

/** Ends the command with an exit code of its own. */
export class Failure extends Error {
  /** @param message printed on stderr; empty if everything is said already */
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
    this.name = "Failure";
  }
}
