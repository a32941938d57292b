import { Option } from "@commander-js/extra-typings";
import type { ConnectionStrings } from "../../configs/cluster/connectionStrings";
import { examples, onStack } from "../command";
import { connectionText, formats } from "../connectionText";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { print } from "../terminal";

const routes = ["write", "read", "pooledWrite", "pooledRead", "libpq", "jdbc"] as const;

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
    const outputs = PulumiStack.outputsOf(name);
    const byRole = outputs.roleConnectionStrings as Record<string, StringsByDatabase>;
    const owners = outputs.connectionStrings as StringsByDatabase;
    const all = role === undefined ? owners : byRole[role];
    if (all === undefined) throw unknown("role", role ?? "", Object.keys(byRole));
    const wanted = database ?? Object.keys(all)[0] ?? "";
    const strings = all[wanted];
    if (strings === undefined) throw unknown("database", wanted, Object.keys(all));
    print(connectionText(strings[route], format));
  });

type StringsByDatabase = Record<string, ConnectionStrings>;

const unknown = (what: string, name: string, known: string[]) =>
  new Failure(`There is no ${what} ${name}. Known are ${known.join(", ")}.`, exitCode.wrongUsage);
