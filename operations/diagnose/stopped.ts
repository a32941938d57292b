import { type Seen, stopped } from "../look/look";
import type { Context } from "./finding";

/** Whether somebody has stopped one of these services, as `hapg stop` does. */
export const isAnyStopped = (services: Seen<unknown>[]): boolean =>
  services.some(({ silence }) => silence === stopped);

/** The next command for a service that does not answer. */
export const nextFor = (service: Seen<unknown>, { run }: Pick<Context, "run">): string =>
  run(isAnyStopped([service]) ? "start" : "logs", service.name);
