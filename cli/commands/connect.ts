import { Option } from "@commander-js/extra-typings";
import type { ConnectionStrings } from "../../configs/cluster/connectionStrings";
import { examples, onStack } from "../command";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { print } from "../terminal";

const routes = ["write", "read", "pooledWrite", "pooledRead", "libpq", "jdbc"] as const;
const formats = ["url", "env", "pgpass", "service"] as const;

/** `hapg connect`: how an application connects, with its password. */
export const connect = onStack(
  "connect",
  "print a connection string, environment, .pgpass or service entry",
)
  .option("-d, --database <name>", "database; by default the first of the stack")
  .option("--role <name>", "role; by default the database's owner")
  .addOption(
    new Option("--route <route>", "where it leads").choices(routes).default("write" as const),
  )
  .addOption(
    new Option("--format <format>", "what to print").choices(formats).default("url" as const),
  )
  .addHelpText(
    "after",
    `${examples("connect", "connect --route pooledWrite --format env", "connect --format pgpass >>~/.pgpass")}
\nThe output holds the password.`,
  )
  .action(({ stack: name, database, role, route, format }) => {
    const outputs = PulumiStack.open(name).outputs({ secrets: true });
    const byRole = outputs.roleConnectionStrings as Record<string, StringsByDatabase>;
    const owners = outputs.connectionStrings as StringsByDatabase;
    const all = role === undefined ? owners : byRole[role];
    if (all === undefined) throw unknown("role", role ?? "", Object.keys(byRole));
    const wanted = database ?? Object.keys(all)[0] ?? "";
    const strings = all[wanted];
    if (strings === undefined) throw unknown("database", wanted, Object.keys(all));
    print(shown(strings[route], format));
  });

type StringsByDatabase = Record<string, ConnectionStrings>;

const unknown = (what: string, name: string, known: string[]) =>
  new Failure(`There is no ${what} ${name}. Known are ${known.join(", ")}.`, exitCode.wrongUsage);

/** The parts of a connection string of ours, which no class for URLs reads: it may have several hosts. */
const connectionString =
  /^(?:jdbc:)?postgres(?:ql)?:\/\/(?:([^:@/]*):([^@/]*)@)?([^/]*)\/([^?]*)(?:\?(.*))?$/;

function shown(string: string, format: (typeof formats)[number]): string {
  if (format === "url") return string;
  const [, user, password, addresses = "", database = "", query] =
    connectionString.exec(string) ?? [];
  const words = new URLSearchParams(query);
  const ends = addresses.split(",").map((address) => address.split(":"));
  const decoded = (text: string | undefined, name: string) =>
    text === undefined ? (words.get(name) ?? "") : decodeURIComponent(text);
  const parts = {
    host: ends.map(([host]) => host).join(","),
    port: ends.map(([, port]) => port).join(","),
    dbname: decodeURIComponent(database),
    user: decoded(user, "user"),
    password: decoded(password, "password"),
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

/** Parameters that not every string has. */
const optional = ["sslrootcert", "target_session_attrs", "connect_timeout"];

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
  connect_timeout: "PGCONNECT_TIMEOUT",
};
