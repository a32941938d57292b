import { Option } from "@commander-js/extra-typings";
import type { ClientAddress, ConnectionStrings } from "../../configs/cluster/connectionStrings";
import {
  driverRoutes,
  driverStrings,
  families,
  type Family,
} from "../../configs/cluster/driverStrings";
import { examples, onStack } from "../command";
import { connectionParts, connectionText, formats } from "../connectionText";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { print } from "../terminal";

/** Routes of a connection string; the last two need no family, because each belongs to one. */
const routes = [...driverRoutes, "libpq", "jdbc"] as const;

/** `hapg connect`: how an application connects, including the password. */
export const connect = onStack(
  "connect",
  "print a connection string, environment, .pgpass or service entry",
)
  .option("-d, --database <name>", "database; by default the stack's default database")
  .option("--role <name>", "role; by default the database's owner")
  .addOption(
    new Option("--route <route>", "where it leads").choices(routes).default("write" as const),
  )
  .addOption(
    new Option("--driver <family>", "whose form: words that other drivers refuse").choices(
      families,
    ),
  )
  .addOption(
    new Option("--format <format>", "what to print").choices(formats).default("url" as const),
  )
  .addHelpText(
    "after",
    `${examples(
      "connect",
      "connect --route pooledWrite --format env",
      "connect --driver jdbc --route members",
      "connect --format pgpass >>~/.pgpass",
    )}\n\nThe output holds the password.`,
  )
  .action(({ stack: name, database, role, route, driver, format }) => {
    const outputs = PulumiStack.outputsOf(name) as unknown as Outputs;
    const { roleConnectionStrings: byRole, connectionStrings: owners } = outputs;
    const all = role === undefined ? owners : byRole[role];
    if (all === undefined) throw unknown("role", role ?? "", Object.keys(byRole));
    const wanted = database ?? defaultOf(all, outputs.defaultDatabase);
    const strings = all[wanted];
    if (strings === undefined) throw unknown("database", wanted, Object.keys(all));
    print(connectionText(stringOf({ strings, outputs, database: wanted, route, driver }), format));
  });

/** The stack outputs with the connection strings. */
export interface Outputs {
  connectionStrings: Record<string, ConnectionStrings>;
  roleConnectionStrings: Record<string, Record<string, ConnectionStrings>>;
  defaultDatabase?: string;
  write: ClientAddress[];
  read: ClientAddress[];
  pool: ClientAddress[];
  members: ClientAddress[];
}

const defaultOf = (all: Record<string, ConnectionStrings>, given = "") =>
  Object.hasOwn(all, given) ? given : (Object.keys(all)[0] ?? "");

/** The requested string, and the outputs that contain it. */
export interface Wanted {
  strings: ConnectionStrings;
  outputs: Outputs;
  database: string;
  route: (typeof routes)[number];
  driver: Family | undefined;
}

/**
 * The string of a route, in the format of a driver family if one is named.
 * @throws {Failure} if the family has none for it
 */
export function stringOf({ strings, outputs, database, route, driver }: Wanted): string {
  if (route === "libpq" || route === "jdbc") return strings[route];
  if (driver === undefined && route !== "members" && route !== "membersRead") return strings[route];
  const family = driver ?? "libpq";
  const { user: role, password, words } = connectionParts(strings.write);
  const ca = words.get("sslrootcert");
  const tls = ca === null ? {} : { clientCaFile: ca };
  const string = driverStrings({ ...outputs, database, role, password, tls })[family][route];
  if (string !== undefined) return string;
  throw new Failure(
    `Drivers of the family ${family} take one host only: use the routes write and read.`,
    exitCode.wrongUsage,
  );
}

const unknown = (what: string, name: string, known: string[]) =>
  new Failure(`There is no ${what} ${name}. Known are ${known.join(", ")}.`, exitCode.wrongUsage);
