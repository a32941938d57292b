import { isDeepStrictEqual } from "node:util";
import type { Recorded, Recorder } from "./mocks";

/** What is the same in every run but this: when it was. */
const comparable = ({ type, inputs }: Recorded) => ({ type, ...inputs, triggers: undefined });

/** Names of resources that are new, gone or have other inputs. */
export function changed(before: Recorder, after: Recorder): string[] {
  const names = new Set([...before.resources, ...after.resources].map(({ name }) => name));
  const find = (recorder: Recorder, name: string) =>
    recorder.resources.filter((resource) => resource.name === name).map(comparable);
  return [...names]
    .filter((name) => !isDeepStrictEqual(find(before, name), find(after, name)))
    .sort();
}
