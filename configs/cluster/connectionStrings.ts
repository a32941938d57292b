import type { Settings } from "../settings/schema";

/** An address that clients connect to. */
export interface ClientAddress {
  host: string;
  port: number;
}

/** The inputs of one database's connection strings. */
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

/** The routes to one database, each ready for a driver. All of them contain the password. */
export interface ConnectionStrings {
  /** Through HAProxy, to the primary. */
  write: string;
  /** Through HAProxy, to a standby. */
  read: string;
  /** Through PgBouncer, to the primary. */
  pooledWrite: string;
  /** Through PgBouncer, to a standby. */
  pooledRead: string;
  /** Directly to the members; libpq finds the primary (`target_session_attrs`). */
  libpq: string;
  /** The same for the PostgreSQL JDBC driver (`targetServerType`). */
  jdbc: string;
}

/** Connection strings for operators and monitoring, for one database. */
export interface OperatorStrings extends ConnectionStrings {
  /** Each member separately, in order. */
  members: string[];
}

/**
 * With these timeouts a libpq client gives up a member on a dead host within 11 seconds, before
 * another one leads, as the pool does for HAProxy. With system defaults it would wait for a quarter
 * of an hour. Drivers other than libpq reject these parameters, so only libpq strings contain them.
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
      `?user=${encode(role)}&password=${encode(password)}&${encryptionOf(tls)}` +
      "&targetServerType=primary&connectTimeout=3&tcpKeepAlive=true",
  };
}

/**
 * A connection string for each member separately, in order, whether it leads or not: for monitoring
 * of all members.
 */
export function memberStrings(model: ConnectionModel): string[] {
  return model.members.map((member) =>
    connectionUrl(model, [member], model.database, "&connect_timeout=3"),
  );
}

/** Without the CA a client can encrypt, but cannot verify the server. */
const encryptionOf = ({ clientCaFile }: ConnectionModel["tls"]): string =>
  clientCaFile === undefined
    ? "sslmode=require"
    : `sslmode=verify-full&sslrootcert=${encodeURIComponent(clientCaFile)}`;

/** The database name in the pool for read connections to the standbys. */
export const pooledReadName = (database: string) => `${database}_ro`;
