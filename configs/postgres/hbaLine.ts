import { isIP, isIPv4, isIPv6 } from "node:net";
import { nearest } from "../settings/nearest";
import { methodProblem, methods, missingOption, optionProblem, optionsOf } from "./hbaMethods";

/** A word of pg_hba.conf: a quoted word has no special meaning. */
interface Word {
  text: string;
  isQuoted: boolean;
}

const connections = ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];

/** A line of pg_hba.conf as fields, each a list of words. */
export interface HbaFields {
  fields: Word[][];
  /** An unterminated quote. */
  isOpen: boolean;
}

/** Splits a line as PostgreSQL does: a comma continues a field, and # begins a comment. */
export function hbaFields(line: string): HbaFields {
  const fields: Word[][] = [];
  let isOpen = false;
  let goesOn = false;
  const text = /(?:"(?:[^"]|"")*"?|[^\s,"#])+|,|#.*/g;
  let end = 0;
  for (const match of line.matchAll(text)) {
    const [part] = match;
    if (part.startsWith("#")) break;
    const isApart = match.index > end;
    end = match.index + part.length;
    // PostgreSQL ignores a comma after a space: the field has ended.
    if (part === ",") {
      goesOn ||= !isApart;
      continue;
    }
    isOpen ||= (part.match(/"/g)?.length ?? 0) % 2 === 1;
    const word = {
      text: part.replace(/"((?:[^"]|"")*)"?/g, (_, inner: string) => inner.replaceAll('""', '"')),
      isQuoted: part.startsWith('"'),
    };
    const last = fields.at(-1);
    if (last !== undefined && (goesOn || !isApart)) last.push(word);
    else fields.push([word]);
    goesOn = false;
  }
  return { fields, isOpen };
}

/**
 * What is wrong with a line of pg_hba.conf, in words that follow its path; undefined if nothing, as
 * for a comment. The rules are PostgreSQL's (`src/backend/libpq/hba.c`); lines that PostgreSQL
 * accepts but never matches are rejected too.
 * @param superuser has its lines first, so that further ones have no effect
 */
export function hbaProblem(line: string, major: number, superuser: string): string | undefined {
  const { fields, isOpen } = hbaFields(line);
  if (isOpen) return "has a quote that is not closed";
  const [first, databases, users, ...rest] = fields;
  if (first === undefined) return undefined;
  return (
    connectionProblem(first) ??
    namesProblem("database", databases, major) ??
    namesProblem("user", users, major) ??
    (users?.every(({ text }) => text === superuser) === true
      ? `has no effect: the program's own lines for ${superuser} come first, and let it in on ` +
        "local sockets only"
      : undefined) ??
    restProblem(first[0]?.text ?? "", rest, major)
  );
}

function connectionProblem(words: Word[]): string | undefined {
  const type = words[0]?.text ?? "";
  if (words.length === 1 && connections.includes(type)) return undefined;
  if (type.startsWith("include") || type.startsWith("@")) {
    return (
      "must not include a file: members have none beside what the program writes; list its " +
      "lines here"
    );
  }
  const near = nearest(type, connections);
  return near === undefined
    ? `must begin with one of ${connections.join(", ")}, got ${type}`
    : `must begin with a type of connection, got ${type}; did you mean ${near}?`;
}

function namesProblem(
  what: "database" | "user",
  words: Word[] | undefined,
  major: number,
): string | undefined {
  if (words === undefined)
    return `names no ${what}; a line is "hostssl DATABASE USER ADDRESS METHOD"`;
  for (const { text, isQuoted } of words) {
    if (isQuoted) continue;
    if (text.startsWith("@")) {
      return `must not read names from a file: members have no ${text.slice(1)}; list the names here`;
    }
    if (text.startsWith("/")) {
      const problem = regexProblem(text.slice(1), major);
      if (problem !== undefined) return `${what} ${text}: ${problem}`;
    }
    if (text === "*" || text === "%") return `${what} ${text}: write all for every ${what}`;
    if (text === "ALL") return `${what} ALL: write all in lower case`;
  }
  return undefined;
}

function regexProblem(pattern: string, major: number): string | undefined {
  if (major < 16)
    return `regular expressions exist since PostgreSQL 16, and postgres.version is ${major}`;
  try {
    new RegExp(pattern.replace(/^(\*\*\*[:=])?(\(\?[a-z]+\))?/, ""));
    return undefined;
  } catch {
    return "is not a regular expression";
  }
}

function restProblem(connection: string, rest: Word[][], major: number): string | undefined {
  if (connection === "local") return methodAndOptions(connection, rest, major);
  const [address, ...behind] = rest;
  if (address === undefined) return "has no address; write one such as 10.0.0.0/8, samenet or all";
  const text = address[0]?.text ?? "";
  if (address.length > 1)
    return `must have one address, got ${address.map((one) => one.text).join(",")}`;
  if (Object.hasOwn(methods, text))
    return `has no address before ${text}; write one such as 10.0.0.0/8`;
  const hasMask = isIP(text) !== 0;
  const mask = hasMask ? (behind[0]?.[0]?.text ?? "") : undefined;
  return (
    addressProblem(text, mask) ??
    methodAndOptions(connection, hasMask ? behind.slice(1) : behind, major)
  );
}

/** What is wrong with an address; with a mask in a separate column, if it has no prefix length. */
function addressProblem(address: string, mask: string | undefined): string | undefined {
  if (mask !== undefined) {
    if (isIPv4(address) ? isIPv4Mask(mask) : isIPv6(mask)) return undefined;
    return `address ${address} needs a mask, such as ${address}/${isIPv4(address) ? "32" : "128"}`;
  }
  const [network = "", length, ...more] = address.split("/");
  if (length === undefined) return hostProblem(address);
  const most = isIPv4(network) ? 32 : 128;
  if (isIP(network) === 0 || more.length > 0)
    return `${address} is not an address; write one such as 10.0.0.0/8`;
  return /^\d{1,3}$/.test(length) && Number(length) <= most
    ? undefined
    : `${address} must end with a length from /0 to /${most}`;
}

/** Ones, then zeros. */
function isIPv4Mask(mask: string): boolean {
  if (!isIPv4(mask)) return false;
  const bits = mask.split(".").map((byte) => Number(byte).toString(2).padStart(8, "0"));
  return /^1*0*$/.test(bits.join(""));
}

/** PostgreSQL treats anything else as a host name, and would never match it. */
function hostProblem(name: string): string | undefined {
  if (["all", "samehost", "samenet"].includes(name)) return undefined;
  if (name === "*" || name.toLowerCase() === "all")
    return `address ${name}: write all for every address`;
  if (name.startsWith("*."))
    return `address ${name}: write ${name.slice(1)} for every host of a domain`;
  const looksLikeAddress = /^[\d.]+$/.test(name) || name.includes(":");
  const isName = /^\.?[a-z\d_]([\w-]*[a-z\d_])?(\.[a-z\d_]([\w-]*[a-z\d_])?)*\.?$/i.test(name);
  if (isName && !looksLikeAddress) {
    const near = nearest(name, ["samehost", "samenet"]);
    return near !== undefined && !name.includes(".") && name.startsWith("same")
      ? `address ${name}: did you mean ${near}?`
      : undefined;
  }
  return `${name} is not an address; write one such as 10.0.0.0/8`;
}

function methodAndOptions(connection: string, words: Word[][], major: number): string | undefined {
  const [method, ...options] = words;
  const name = method?.[0]?.text ?? "";
  if (method === undefined || method.length > 1) {
    return "must have one authentication method; write scram-sha-256";
  }
  if (!Object.hasOwn(methods, name)) return unknownMethod(name, connection);
  return methodProblem(name, connection, major) ?? optionsProblem(name, connection, options, major);
}

const usable = Object.keys(methods).filter((name) => methods[name]?.refused === undefined);

function unknownMethod(name: string, connection: string): string {
  if (connection === "local" && (isIP(name.split("/")[0] ?? "") !== 0 || name === "samenet")) {
    return `must not have an address (${name}) on a local line`;
  }
  const near = /^scram|^sha/i.test(name) ? "scram-sha-256" : nearest(name, Object.keys(methods));
  return (
    `${name} is not an authentication method; ` +
    (near === undefined ? `methods are ${usable.join(", ")}` : `did you mean ${near}?`)
  );
}

function optionsProblem(
  method: string,
  connection: string,
  options: Word[][],
  major: number,
): string | undefined {
  const given = new Map<string, string>();
  const known = optionsOf(method, connection, major);
  for (const { text } of options.flat()) {
    const at = text.indexOf("=");
    if (at < 1) return `has ${text} behind the method, where options are NAME=VALUE`;
    const name = text.slice(0, at);
    if (!known.includes(name)) return unknownOption(name, method, known);
    const problem = optionProblem(method, name, text.slice(at + 1));
    if (problem !== undefined) return problem;
    given.set(name, text.slice(at + 1));
  }
  return missingOption(method, given);
}

function unknownOption(name: string, method: string, known: string[]): string {
  if (name === "clientcert" || name === "clientname") return `${name} works on hostssl lines only`;
  const near = nearest(name, known);
  if (near !== undefined) return `${name} is not an option of ${method}; did you mean ${near}?`;
  return (
    `${name} is not an option of ${method}; ` +
    (known.length === 0 ? "it has none" : `it has ${known.join(", ")}`)
  );
}
