/**
 * The roles that hold the rights of a database's readers and writers. Who leaves a list leaves the group, and
 * so loses the rights on every table at once. No database's name has a colon, and few roles' names do.
 */
export const readersGroup = (database: string) => `${database}:ro`;

/** See {@link readersGroup}. */
export const writersGroup = (database: string) => `${database}:rw`;
