/**
 * Texts that PostgreSQL checks when it reads its files: lists of words and names of time zones. A
 * wrong one prevents the next start.
 */

const booleanWords = ["on", "off", "true", "false", "yes", "no", "1", "0"];

/** Words that a list may hold, in lower case. */
const lists: Record<string, string[]> = {
  log_destination: ["stderr", "csvlog", "syslog", "jsonlog"],
  debug_io_direct: ["data", "wal", "wal_init"],
  createrole_self_grant: ["set", "inherit"],
  restrict_nonsystem_relation_kind: ["view", "foreign-table"],
  log_connections: [
    "receipt",
    "authentication",
    "authorization",
    "setup_durations",
    "all",
    ...booleanWords,
  ],
  timezone_abbreviations: ["default", "australia", "india"],
  datestyle: [
    ...["iso", "sql", "postgres", "german", "ymd", "dmy", "mdy"],
    ...["us", "european", "euro", "noneuropean", "noneuro", "default"],
  ],
  "plpgsql.extra_warnings": plpgsqlChecks(),
  "plpgsql.extra_errors": plpgsqlChecks(),
};

function plpgsqlChecks(): string[] {
  return ["shadowed_variables", "strict_multi_assignment", "too_many_rows", "all", "none"];
}

/** Encodings in the form in which PostgreSQL compares them: in lower case, without punctuation. */
const encoding =
  /^(utf8|unicode|sqlascii|latin([1-9]|10)|iso8859\d+|win(dows)?(866|874|949|950|936|125[0-8])|koi8[ru]?|euc(cn|jp|jis2004|kr|tw)|big5|gb18030|gbk|johab|muleinternal|sjis|shiftjis(2004)?|mskanji|uhc|abc|alt|tcvn(5712)?|vscii|win)$/;

/**
 * What is wrong with the text of a parameter, in words that follow its path; undefined if nothing.
 * @param major PostgreSQL's major version
 */
export function textProblem(name: string, text: string, major: number): string | undefined {
  if (name === "timezone" || name === "log_timezone") return timeZoneProblem(text);
  if (name === "client_encoding" && !encoding.test(text.toLowerCase().replace(/[^a-z\d]/g, ""))) {
    return `must be an encoding such as UTF8, got "${text}"`;
  }
  const words = wordsOf(name, major);
  if (words === undefined) return undefined;
  const unknown = text
    .split(",")
    .map((word) => word.trim().toLowerCase())
    .find((word) => !words.includes(word) && !(word === "" && text.trim() === ""));
  return unknown === undefined
    ? undefined
    : `must be a list of ${words.join(", ")}, got "${unknown}"`;
}

function wordsOf(name: string, major: number): string[] | undefined {
  const words = Object.hasOwn(lists, name) ? lists[name] : undefined;
  return name === "log_destination" && major < 15
    ? words?.filter((word) => word !== "jsonlog")
    : words;
}

/**
 * Names without a digit are in the time zone database; others may be POSIX rules, such as EST5EDT.
 */
function timeZoneProblem(text: string): string | undefined {
  const name = text.trim();
  if (/\d/.test(name.replace(/^Etc\/.*/i, "")) || isZone(name)) return undefined;
  return `must be a time zone such as UTC or Europe/Berlin, got "${name}"`;
}

/** PostgreSQL's data has these, and Node's does not. */
const serverZones = /^(localtime|factory|posixrules)$|^(posix|right)\//i;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return serverZones.test(name);
  }
}
