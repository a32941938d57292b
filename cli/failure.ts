/** Exit codes of every command except `diagnose`, which has those of a monitoring plug-in. */
export const exitCode = { done: 0, failed: 1, wrongUsage: 2, refused: 3 } as const;

/** An error that ends the command with a certain exit code. */
export class Failure extends Error {
  /** @param message printed on stderr; empty if everything has been printed */
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
    this.name = "Failure";
  }
}
