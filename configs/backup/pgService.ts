import type { Login } from "../access/logins";

/** Name of the service in the file. */
export const pgService = "backup";

/**
 * libpq's connection service file, read at each connection: how the backup reaches PostgreSQL.
 * @param hosts members, of which a client may choose
 * @param ca the trusted CAs
 */
export const renderPgService = (hosts: string[], { name, password }: Login, ca: string): string =>
  [
    `[${pgService}]`,
    `host=${hosts.join(",")}`,
    `user=${name}`,
    `password=${password}`,
    "sslmode=verify-full",
    `sslrootcert=${ca}`,
    "connect_timeout=5",
    "application_name=backup",
    "",
  ].join("\n");
