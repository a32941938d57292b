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

function shown(string: string, format: (typeof formats)[number]): string {
  if (format === "url") return string;
  // Several hosts are no URL for Node: the first stands for all where only one can be written.
  const url = new URL(string.replace(/^jdbc:/, "").replace(/@([^,/]+)[^/]*\//, "@$1/"));
  const decoded = (text: string) => decodeURIComponent(text);
  const parts = {
    host: url.hostname,
    port: url.port,
    dbname: decoded(url.pathname.slice(1)),
    user: decoded(url.username || (url.searchParams.get("user") ?? "")),
    password: decoded(url.password || (url.searchParams.get("password") ?? "")),
    sslmode: url.searchParams.get("sslmode") ?? "verify-full",
    sslrootcert: url.searchParams.get("sslrootcert") ?? "",
  };
  switch (format) {
    case "env":
      return [
        `DATABASE_URL=${string}`,
        `PGHOST=${parts.host}`,
        `PGPORT=${parts.port}`,
        `PGDATABASE=${parts.dbname}`,
        `PGUSER=${parts.user}`,
        `PGPASSWORD=${parts.password}`,
        `PGSSLMODE=${parts.sslmode}`,
        `PGSSLROOTCERT=${parts.sslrootcert}`,
      ].join("\n");
    case "pgpass":
      return [parts.host, parts.port, parts.dbname, parts.user, parts.password]
        .map((part) => part.replace(/[:\\]/g, "\\$&"))
        .join(":");
    case "service":
      return [
        `[${parts.dbname}]`,
        ...Object.entries(parts).map(([key, text]) => `${key}=${text}`),
      ].join("\n");
  }
}
