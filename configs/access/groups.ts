/**
 * The roles that hold the rights of a database's readers and writers. A role that is removed from a
 * list leaves the group, and loses the rights on all tables at once. No database name contains a
 * colon, and few role names do.
 */
export const readersGroup = (database: string) => `${database}:ro`;

/**
 * See {@link readersGroup}: the right to connect, for all but the owner, and to create temporary
 * tables.
 */
export const usersGroup = (database: string) => `${database}:in`;

/** See {@link readersGroup}. */
export const writersGroup = (database: string) => `${database}:rw`;

/** All groups of a database. */
export const groupsOf = (database: string) => [
  usersGroup(database),
  readersGroup(database),
  writersGroup(database),
];
