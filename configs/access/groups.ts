/**
 * The roles that hold the rights of a database's readers and writers. Who leaves a list leaves the group, and
 * so loses the rights on every table at once. No database's name has a colon, and few roles' names do.
 */
export const readersGroup = (database: string) => `${database}:ro`;

/** See {@link readersGroup}: the right to connect, for all but the owner, and to make temporary tables. */
export const usersGroup = (database: string) => `${database}:in`;

/** See {@link readersGroup}. */
export const writersGroup = (database: string) => `${database}:rw`;

/** All groups of a database. */
export const groupsOf = (database: string) => [
  usersGroup(database),
  readersGroup(database),
  writersGroup(database),
];
