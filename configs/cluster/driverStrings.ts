import { type ClientAddress, type ConnectionModel, pooledReadName } from "./connectionStrings";

/** Families of drivers with the same connection parameters. */
export const families = ["libpq", "jdbc", "node", "go", "python", "rust"] as const;
export type Family = (typeof families)[number];

/** The target of a connection. */
export const driverRoutes = [
  "write",
  "read",
  "pooledWrite",
  "pooledRead",
  "members",
  "membersRead",
] as const;
export type DriverRoute = (typeof driverRoutes)[number];

/**
 * One family's strings. `write` and `read` go through HAProxy, the pooled ones through PgBouncer,
 * `members` directly to the leader, `membersRead` to a standby. Routes that the family does not
 * support are left out.
 */
export type RouteStrings = Partial<Record<DriverRoute, string>>;

/**
 * The connection strings of one database by family of drivers. All of them contain the password.
 */
export type DriverStrings = Record<Family, RouteStrings>;

/** Parameters of a query string, in order. */
type Words = Record<string, string | number>;

/** How one family writes a connection string. */
interface Dialect {
  scheme: string;
  /** Whether one string can name several hosts. */
  hasSeveralHosts: boolean;
  /** Whether user and password are query parameters and not a part of the address. */
  hasLoginInQuery: boolean;
  /** @param ca path of the CA file at the client; undefined if the stack file has none */
  encryption: (ca: string | undefined) => Words;
  /**
   * Timeouts for a host that does not answer.
   * @param login for everything until the login is complete, in seconds
   */
  limits: (login: number) => Words;
  /** The parameters that find the primary among several hosts, and a standby. */
  primary: Words;
  standby: Words;
}

const likeLibpq = (ca: string | undefined): Words =>
  ca === undefined ? { sslmode: "require" } : { sslmode: "verify-full", sslrootcert: ca };

const url = { scheme: "postgresql", hasLoginInQuery: false };

/**
 * Login timeout, in seconds. A member answers immediately or is dead; HAProxy and the pool hold a
 * client while there is no primary or no free connection.
 */
const loginSeconds = { member: 3, proxy: 15 };

/**
 * A client gives up a member on a dead host within 11 seconds, before another one leads. With
 * system defaults it would wait for a quarter of an hour.
 */
const dialects: Record<Family, Dialect> = {
  // psql, psycopg, SQLAlchemy with psycopg, Django, Ruby, PHP. `load_balance_hosts` needs libpq 16.
  libpq: {
    ...url,
    hasSeveralHosts: true,
    encryption: likeLibpq,
    limits: (login) => ({
      connect_timeout: login,
      keepalives_idle: 5,
      keepalives_interval: 2,
      keepalives_count: 3,
      tcp_user_timeout: 11000,
    }),
    primary: { target_session_attrs: "read-write" },
    standby: { target_session_attrs: "prefer-standby", load_balance_hosts: "random" },
  },
  // pgjdbc.
  jdbc: {
    scheme: "jdbc:postgresql",
    hasSeveralHosts: true,
    hasLoginInQuery: true,
    encryption: likeLibpq,
    // Its connect timeout covers only the TCP connection.
    limits: () => ({ connectTimeout: 3, tcpKeepAlive: "true" }),
    primary: { targetServerType: "primary" },
    standby: { targetServerType: "preferSecondary", loadBalanceHosts: "true" },
  },
  // node-pg. Without a CA file it would verify with the system's CAs, unless it has to read
  // parameters as libpq does.
  node: {
    ...url,
    hasSeveralHosts: false,
    encryption: (ca) =>
      ca === undefined ? { uselibpqcompat: "true", sslmode: "require" } : likeLibpq(ca),
    limits: () => ({}),
    primary: {},
    standby: {},
  },
  // pgx. It sends unknown parameters to the server, which rejects them.
  go: {
    ...url,
    hasSeveralHosts: true,
    encryption: likeLibpq,
    limits: (login) => ({ connect_timeout: login }),
    primary: { target_session_attrs: "read-write" },
    standby: { target_session_attrs: "prefer-standby" },
  },
  // asyncpg. It sends unknown parameters to the server, which rejects them.
  python: {
    ...url,
    hasSeveralHosts: true,
    encryption: likeLibpq,
    limits: () => ({}),
    primary: { target_session_attrs: "read-write" },
    standby: { target_session_attrs: "prefer-standby" },
  },
  // tokio-postgres. The application's TLS connector has the CA and verifies; the string can only
  // request encryption.
  rust: {
    ...url,
    hasSeveralHosts: true,
    encryption: () => ({ sslmode: "require" }),
    limits: (login) => ({
      connect_timeout: login,
      keepalives_idle: 5,
      keepalives_interval: 2,
      keepalives_retries: 3,
    }),
    primary: { target_session_attrs: "read-write" },
    standby: { target_session_attrs: "read-only", load_balance_hosts: "random" },
  },
};

/** Renders the connection strings of one database for every family of drivers. */
export const driverStrings = (model: ConnectionModel): DriverStrings =>
  Object.fromEntries(
    families.map((family) => [family, routeStrings(dialects[family], model)]),
  ) as DriverStrings;

function routeStrings(dialect: Dialect, model: ConnectionModel): RouteStrings {
  const { database, write, read, pool, members, tls } = model;
  const encryption = dialect.encryption(tls.clientCaFile);
  const to = (addresses: ClientAddress[], name: string, words: Words) =>
    render(dialect, model, dialect.hasSeveralHosts ? addresses : addresses.slice(0, 1), name, {
      ...encryption,
      ...words,
    });
  const byProxy = dialect.limits(loginSeconds.proxy);
  const toMember = dialect.limits(loginSeconds.member);
  return {
    write: to(write, database, byProxy),
    read: to(read, database, byProxy),
    pooledWrite: to(pool, database, byProxy),
    pooledRead: to(pool, pooledReadName(database), byProxy),
    ...(dialect.hasSeveralHosts
      ? {
          members: to(members, database, { ...dialect.primary, ...toMember }),
          membersRead: to(members, database, { ...dialect.standby, ...toMember }),
        }
      : {}),
  };
}

function render(
  { scheme, hasLoginInQuery }: Dialect,
  { role, password }: Pick<ConnectionModel, "role" | "password">,
  addresses: ClientAddress[],
  database: string,
  words: Words,
): string {
  const encode = encodeURIComponent;
  const login = hasLoginInQuery ? "" : `${encode(role)}:${encode(password)}@`;
  const all = hasLoginInQuery ? { user: role, password, ...words } : words;
  const query = Object.entries(all).map(([name, value]) => `${name}=${encode(value)}`);
  const hosts = addresses.map(({ host, port }) => `${host}:${port}`).join(",");
  return `${scheme}://${login}${hosts}/${encode(database)}?${query.join("&")}`;
}
