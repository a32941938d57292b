/** A login name and its password. */
export interface Login {
  name: string;
  password: string;
}

/**
 * The logins of a role. PostgreSQL keeps one password for a role, and a new one would lock out
 * clients with the old one. So a role has two alternating logins. Each rotation gives a new
 * password to the login that was not in use; the other one stays unchanged until the next rotation.
 */
export interface Logins {
  /** The role itself: the current login after an even number of rotations. */
  first: Login;
  /**
   * The current login after an odd number of rotations; it does not exist before the first
   * rotation.
   */
  second: Login | undefined;
}

/** Name of a role's second login. */
export const secondLogin = (role: string) => `${role}_b`;

/** For each of a role's two logins, the rotation that set its password. */
export function passwordRotations(rotation: number): {
  first: number;
  second: number | undefined;
} {
  const isEven = rotation % 2 === 0;
  const before = rotation === 0 ? undefined : rotation - 1;
  return isEven ? { first: rotation, second: before } : { first: rotation - 1, second: rotation };
}

/** Name of the current login. */
export const currentName = (role: string, rotation: number) =>
  rotation % 2 === 0 ? role : secondLogin(role);

/** The current login. */
export const currentLogin = ({ first, second }: Logins, rotation: number): Login =>
  second !== undefined && currentName(first.name, rotation) === second.name ? second : first;

/** All valid logins. */
export const everyLogin = ({ first, second }: Logins): Login[] =>
  second === undefined ? [first] : [first, second];
