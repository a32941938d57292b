/** A name to log in with, and its password. */
export interface Login {
  name: string;
  password: string;
}

/**
 * Who logs in for a role. PostgreSQL keeps one password for a role: a new one would shut out clients that
 * still have the old one. So a role has two logins that take turns. Each rotation gives a new
 * password to the one that was not in use; the other stays as it is until the next rotation.
 */
export interface Logins {
  /** The role itself: the login in use while the rotation is even. */
  first: Login;
  /** The login in use while the rotation is odd; there is none before the first rotation. */
  second: Login | undefined;
}

/** Name of a role's second login. */
export const secondLogin = (role: string) => `${role}_b`;

/** Which rotation gave each of a role's two logins the password that it has. */
export function passwordRotations(rotation: number): {
  first: number;
  second: number | undefined;
} {
  const isEven = rotation % 2 === 0;
  const before = rotation === 0 ? undefined : rotation - 1;
  return isEven ? { first: rotation, second: before } : { first: rotation - 1, second: rotation };
}

/** Name of the login that clients are to use. */
export const currentName = (role: string, rotation: number) =>
  rotation % 2 === 0 ? role : secondLogin(role);

/** The login that clients are to use. */
export const currentLogin = ({ first, second }: Logins, rotation: number): Login =>
  second !== undefined && currentName(first.name, rotation) === second.name ? second : first;

/** All logins that work. */
export const everyLogin = ({ first, second }: Logins): Login[] =>
  second === undefined ? [first] : [first, second];
