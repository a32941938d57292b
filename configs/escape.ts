/**
 * The key of an entry in pgbouncer.ini. PgBouncer 1.24 accepts letters, digits, `_`, `.` and `-`
 * there and cannot quote others, contrary to its manual.
 * @throws {Error} if the name has other characters; the rules of the settings prevent that
 */
export function iniKey(name: string): string {
  if (!iniKeyPattern.test(name)) {
    throw new Error(`"${name}" cannot be the name of an entry in pgbouncer.ini`);
  }
  return name;
}

/** Names that {@link iniKey} accepts. */
export const iniKeyPattern = /^[A-Za-z0-9_.-]+$/;

/**
 * A value in a connection string of pgbouncer.ini, quoted. It may contain anything except a line
 * break.
 * @throws {Error} for an empty value or one with a line break, which PgBouncer cannot read
 */
export function iniValue(value: string): string {
  if (value === "" || /[\r\n\0]/.test(value)) {
    throw new Error(`${JSON.stringify(value)} cannot be a value in pgbouncer.ini`);
  }
  return `'${value.replaceAll("'", "''")}'`;
}

/**
 * A field of PgBouncer's userlist.txt.
 * @throws {Error} for a NUL, which ends the file for PgBouncer
 */
export function userlistField(text: string): string {
  if (text.includes("\0")) throw new Error("a field of userlist.txt cannot hold a NUL");
  return `"${text.replaceAll('"', '""')}"`;
}

/** The characters of the C library's locale names. */
export const localePattern = /^[A-Za-z0-9_.@-]+$/;
