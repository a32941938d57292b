import type { Settings } from "../settings/schema";

/** An address that clients connect to. */
export interface ClientAddress {
  host: string;
  port: number;
}

/** What the connection strings of one database are made of. */
export interface ConnectionModel {
  database: string;
  role: string;
  password: string;
  write: ClientAddress[];
  read: ClientAddress[];
  pool: ClientAddress[];
  members: ClientAddress[];
  tls: Pick<Settings["tls"], "clientCaFile">;
}

/** The ways to one database, each ready to be handed to a driver. All of them hold the password. */
export interface ConnectionStrings {
  /** Through HAProxy, to the primary. */
  write: string;
  /** Through HAProxy, to a standby. */
  read: string;
  /** Through PgBouncer, to the primary. */
  pooledWrite: string;
  /** Through PgBouncer, to a standby. */
  pooledRead: string;
  /** Straight to the members; libpq finds the primary (`target_session_attrs`). */
  libpq: string;
  /** The same for the PostgreSQL JDBC driver (`targetServerType`). */
  jdbc: string;
}

/** What those who run or watch the cluster connect by, for one database. */
export interface OperatorStrings extends ConnectionStrings {
  /** Each member by itself, in order. */
  members: string[];
}

/**
 * A libpq client leaves a member whose host is dead within 11 seconds, as the pool leaves an HAProxy: before another one
 * leads. By its system's defaults it would wait for an answer for a quarter of an hour. Drivers that are not libpq refuse
 * these words, so they are not in the strings for all.
 */
const leaveDeadHosts =
  "&connect_timeout=3&keepalives_idle=5&keepalives_interval=2&keepalives_count=3&tcp_user_timeout=11000";

const hosts = (addresses: ClientAddress[]) =>
  addresses.map(({ host, port }) => `${host}:${port}`).join(",");

function connectionUrl(
  { role, password, tls }: Pick<ConnectionModel, "role" | "password" | "tls">,
  addresses: ClientAddress[],
  database: string,
  more: string,
): string {
  const encode = encodeURIComponent;
  const login = `${encode(role)}:${encode(password)}`;
  return `postgresql://${login}@${hosts(addresses)}/${encode(database)}?${encryptionOf(tls)}${more}`;
}

/** Renders the connection strings of one database. */
export function connectionStrings(model: ConnectionModel): ConnectionStrings {
  const { database, role, password, write, read, pool, members, tls } = model;
  const url = (addresses: ClientAddress[], name: string, more = "") =>
    connectionUrl(model, addresses, name, more);
  const encode = encodeURIComponent;
  return {
    write: url(write, database),
    read: url(read, database),
    pooledWrite: url(pool, database),
    pooledRead: url(pool, pooledReadName(database)),
    libpq: url(members, database, `&target_session_attrs=read-write${leaveDeadHosts}`),
    jdbc:
      `jdbc:postgresql://${hosts(members)}/${encode(database)}` +
      `?user=${encode(role)}&password=${encode(password)}&${encryptionOf(tls)}&targetServerType=primary&connectTimeout=3&tcpKeepAlive=true`,
  };
}

/** A connection string for each member by itself, in order, whether it leads or not: for what looks at all of them. */
export function memberStrings(model: ConnectionModel): string[] {
  return model.members.map((member) =>
    connectionUrl(model, [member], model.database, "&connect_timeout=3"),
  );
}

/** Without the CA at hand a client can encrypt, but not tell whom it talks to. */
const encryptionOf = ({ clientCaFile }: ConnectionModel["tls"]): string =>
  clientCaFile === undefined
    ? "sslmode=require"
    : `sslmode=verify-full&sslrootcert=${encodeURIComponent(clientCaFile)}`;

/** The name under which the pool sends a database's clients to the standbys. */
export const pooledReadName = (database: string) => `${database}_ro`;
