/** A point in time in UTC: in PostgreSQL's words, and in whole seconds since 1970. */
export interface Moment {
  time: string;
  timeSeconds: number;
}

const form =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?\d* ?(Z|[+-]\d\d(?::?\d\d)?)(?: (?:UTC|[+-]\d{4}))?$/;

/**
 * Reads a time with its zone. Pulumi rewrites a time in a stack file that is not in quotes, to a
 * form such as `2026-11-28 12:00:00 +0000 UTC`.
 * @returns undefined if it is none, or has no zone
 */
export function momentOf(text: string): Moment | undefined {
  const [, day, time, fraction = "", zone = ""] = form.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const [, sign, hours, minutes = "00"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offset = sign === undefined ? "Z" : `${sign}${hours ?? "00"}:${minutes}`;
  const milliseconds = Date.parse(`${day}T${time}${offset}`);
  if (Number.isNaN(milliseconds)) return undefined;
  const utc = new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
  return { time: `${utc}${fraction}+00`, timeSeconds: milliseconds / 1000 };
}
