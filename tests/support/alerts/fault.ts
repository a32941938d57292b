import type { Series, Value } from "./watched";

/** Changes series from a moment on. */
export type Fault = (all: Series[], begins: number) => Series[];

const from =
  (begins: number, before: Value, after: Value): Value =>
  (seconds) =>
    seconds < begins ? before(seconds) : after(seconds);

/**
 * Series have other values.
 * @param which a metric, and perhaps services and values of other labels, as in
 * `patroni_primary patroni1 patroni2`
 * @param value a number, or a function of the seconds since the fault begins and the value before
 */
export function set(
  which: string,
  value: number | ((since: number, before: number) => number),
): Fault {
  const [metric = "", ...wanted] = which.split(" ");
  return (all, begins) => {
    const isMeant = (one: Series) =>
      one.metric === metric &&
      (wanted.length === 0 || wanted.some((word) => Object.values(one.labels).includes(word)));
    if (!all.some(isMeant)) throw new Error(`no series ${which}`);
    const after =
      ({ value: before }: Series): Value =>
      (seconds) =>
        typeof value === "number" ? value : value(seconds - begins, before(begins) ?? 0);
    return all.map((one) =>
      isMeant(one) ? { ...one, value: from(begins, one.value, after(one)) } : one,
    );
  };
}

/** Services do not answer, or those that one HAProxy passes on. */
export const silent =
  (...names: string[]): Fault =>
  (all, begins) =>
    all.map((one) => {
      const { service = "", route = "" } = one.labels;
      if (!names.includes(service) && !names.includes(route)) return one;
      const after: Value = () => (one.metric === "up" ? 0 : undefined);
      return { ...one, value: from(begins, one.value, after) };
    });

/** A fault that ends after some seconds. */
export const passing =
  (seconds: number, fault: Fault): Fault =>
  (all, begins) => {
    const during = fault(all, begins);
    return all.map((one, i) => ({
      ...one,
      value: from(begins + seconds, during[i]?.value ?? one.value, one.value),
    }));
  };

/** Faults at the same time. */
export const together =
  (...faults: Fault[]): Fault =>
  (all, begins) =>
    faults.reduce((changed, fault) => fault(changed, begins), all);
