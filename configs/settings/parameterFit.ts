import { serviceNames } from "../cluster/names";
import { localePattern } from "../escape";
import { parameterOf } from "../postgres/parameters";
import { booleanOf, numberOf, valueProblem } from "../postgres/parameterValue";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

type Fit = (settings: Settings, of: Lookup) => Problem[];

interface Lookup {
  /**
   * A parameter's number in its own unit; undefined if the stack file does not set it, or sets it
   * wrongly.
   */
  number: (name: string) => number | undefined;
  text: (name: string) => string | undefined;
  isOff: (name: string) => boolean;
}

/** Rules between parameters, and with other settings, which PostgreSQL checks only at its start. */
export function parametersFit(settings: Settings): Problem[] {
  const { parameters, version } = settings.postgres;
  const of: Lookup = {
    number: (name) => {
      const value = parameters[name];
      // The table is not read for a stack file without parameters.
      const parameter = value === undefined ? undefined : parameterOf(version, name);
      return parameter === undefined || valueProblem(parameter, value ?? "") !== undefined
        ? undefined
        : numberOf(parameter, String(value));
    },
    text: (name) => (parameters[name] === undefined ? undefined : String(parameters[name]).trim()),
    isOff: (name) => booleanOf(parameters[name] ?? "") === false,
  };
  return fits.flatMap((fit) => fit(settings, of));
}

const problem = (name: string, message: string): Problem[] => [
  { path: `postgres.parameters.${name}`, message },
];

const reservedConnections: Fit = (_, { number }) => {
  const maximum = number("max_connections") ?? 100;
  const superuser = number("superuser_reserved_connections") ?? 3;
  const reserved = number("reserved_connections") ?? 0;
  if (superuser + reserved < maximum) return [];
  const name = reserved > superuser ? "reserved_connections" : "superuser_reserved_connections";
  return problem(name, `must leave connections to others: max_connections is ${maximum}`);
};

const walSizes: Fit = ({ postgres }, { number }) => {
  const least = 2 * postgres.initdb.walSegmentMegabytes;
  return ["min_wal_size", "max_wal_size"].flatMap((name) => {
    const size = number(name);
    return size === undefined || size >= least
      ? []
      : problem(
          name,
          `must be at least ${least}MB, two WAL segments (postgres.initdb.walSegmentMegabytes)`,
        );
  });
};

const buffersFit: Fit = ({ postgres }, { number }) => {
  const megabytes = (number("shared_buffers") ?? 0) / 128;
  const memory = postgres.memoryMegabytes;
  return megabytes < memory
    ? []
    : problem(
        "shared_buffers",
        `must be below the member's memory: postgres.memoryMegabytes is ${memory}, got ` +
          `${Math.floor(megabytes)} MiB`,
      );
};

/** pg_rewind refuses a cluster without them (its manual page). */
const rewindWorks: Fit = ({ postgres }, { isOff }) => {
  if (!postgres.usePgRewind) return [];
  return [
    ...(isOff("full_page_writes")
      ? problem("full_page_writes", "must be on for pg_rewind; or turn postgres.usePgRewind off")
      : []),
    ...(isOff("wal_log_hints") && !postgres.initdb.dataChecksums
      ? problem(
          "wal_log_hints",
          "must be on for pg_rewind, as postgres.initdb.dataChecksums is off",
        )
      : []),
  ];
};

const commitsWait: Fit = ({ patroni }, { text, isOff }) => {
  const local = text("synchronous_commit")?.toLowerCase() === "local";
  if (patroni.synchronousMode === "off" || !(local || isOff("synchronous_commit"))) return [];
  return problem(
    "synchronous_commit",
    `does not wait for standbys, and patroni.synchronousMode is ${patroni.synchronousMode}; ` +
      "set it only in transactions that may be lost",
  );
};

const archiving: Fit = (_, { text, isOff }) => {
  const command = text("archive_command") ?? "";
  const library = text("archive_library") ?? "";
  if (command !== "" && library !== "") {
    return problem("archive_library", "must not be set beside archive_command; keep one of them");
  }
  const mode = text("archive_mode");
  return mode === undefined || isOff("archive_mode") || command !== "" || library !== ""
    ? []
    : problem("archive_mode", "keeps all WAL until the disk is full; set archive_command too");
};

const sendersSuffice: Fit = ({ postgres }, { number }) => {
  const least = serviceNames("patroni", postgres.members).length;
  return ["max_wal_senders", ...(postgres.useSlots ? ["max_replication_slots"] : [])].flatMap(
    (name) => {
      const count = number(name);
      return count === undefined || count >= least
        ? []
        : problem(name, `must be at least ${least}, one for each member; got ${count}`);
    },
  );
};

const workerSlots: Fit = (_, { number }) => {
  const slots = number("autovacuum_worker_slots") ?? 16;
  const workers = number("autovacuum_max_workers") ?? 3;
  const known = number("autovacuum_worker_slots") !== undefined;
  return known && workers > slots
    ? problem(
        "autovacuum_max_workers",
        `must be at most autovacuum_worker_slots (${slots}), got ${workers}`,
      )
    : [];
};

const localesHaveNames: Fit = (_, { text }) =>
  ["lc_messages", "lc_monetary", "lc_numeric", "lc_time"].flatMap((name) => {
    const locale = text(name) ?? "";
    return locale === "" || localePattern.test(locale)
      ? []
      : problem(name, `must be the name of a locale, such as de_DE.UTF-8, got "${locale}"`);
  });

const fits: Fit[] = [
  reservedConnections,
  walSizes,
  buffersFit,
  rewindWorks,
  commitsWait,
  archiving,
  sendersSuffice,
  workerSlots,
  localesHaveNames,
];
