/** The expected effect of a setting on a running service, and the observation. */
export interface Effect {
  service: string;
  what: string;
  wanted: string;
  seen: string;
}

/** What is not in effect, one line each. */
export const differences = (effects: Effect[]): string[] =>
  effects
    .filter(({ wanted, seen }) => wanted !== seen)
    .map(({ service, what, wanted, seen }) => `${service}: ${what} is ${seen}, not ${wanted}`);
