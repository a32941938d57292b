/** Formats in which `hapg connect` prints a connection. */
export const formats = ["url", "env", "pgpass", "service"] as const;

/**
 * The parts of one of our connection strings. No URL class parses it, because it may have several
 * hosts.
 */
const connectionString =
  /^(?:jdbc:)?postgres(?:ql)?:\/\/(?:([^:@/]*):([^@/]*)@)?([^/]*)\/([^?]*)(?:\?(.*))?$/;

/** Parses one of our connection strings. */
export function connectionParts(string: string) {
  const [, user, password, addresses = "", database = "", query] =
    connectionString.exec(string) ?? [];
  const words = new URLSearchParams(query);
  const decoded = (text: string | undefined, name: string) =>
    text === undefined ? (words.get(name) ?? "") : decodeURIComponent(text);
  return {
    ends: addresses.split(",").map((address) => address.split(":")),
    database: decodeURIComponent(database),
    user: decoded(user, "user"),
    password: decoded(password, "password"),
    words,
  };
}

/** Formats one of our connection strings. The result contains the password. */
export function connectionText(string: string, format: (typeof formats)[number]): string {
  if (format === "url") return string;
  const { ends, database, user, password, words } = connectionParts(string);
  const parts = {
    host: ends.map(([host]) => host).join(","),
    port: ends.map(([, port]) => port).join(","),
    dbname: database,
    user,
    password,
    sslmode: words.get("sslmode") ?? "require",
    ...Object.fromEntries(optional.flatMap((name) => entry(name, words.get(name)))),
  };
  switch (format) {
    case "env":
      return [
        `DATABASE_URL=${string}`,
        ...Object.entries(parts).map(([name, text]) => `${variables[name] ?? name}=${text}`),
      ].join("\n");
    case "pgpass":
      return ends
        .map(([host = "", port = ""]) =>
          [host, port, parts.dbname, parts.user, parts.password]
            .map((part) => part.replace(/[:\\]/g, "\\$&"))
            .join(":"),
        )
        .join("\n");
    case "service":
      return [
        `[${parts.dbname}]`,
        ...Object.entries(parts).map(([name, text]) => `${name}=${text}`),
      ].join("\n");
  }
}

/** Parameters that some strings lack. */
const optional = ["sslrootcert", "target_session_attrs", "load_balance_hosts", "connect_timeout"];

const entry = (name: string, text: string | null): [string, string][] =>
  text === null ? [] : [[name, text]];

/** The environment variables of libpq for the parameters of a connection. */
const variables: Record<string, string> = {
  host: "PGHOST",
  port: "PGPORT",
  dbname: "PGDATABASE",
  user: "PGUSER",
  password: "PGPASSWORD",
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  target_session_attrs: "PGTARGETSESSIONATTRS",
  load_balance_hosts: "PGLOADBALANCEHOSTS",
  connect_timeout: "PGCONNECT_TIMEOUT",
};
