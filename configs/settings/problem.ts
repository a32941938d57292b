/** A problem of the settings. */
export interface Problem {
  /** Its path: `postgres.members`. Empty for the settings as a whole. */
  path: string;
  /** What is wrong and what is allowed. */
  message: string;
}
