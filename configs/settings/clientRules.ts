import { parameterNames, parameterOf } from "../postgres/parameters";
import { isTrackedAnyway, reportedFrom } from "../pgbouncer/startupParameters";
import { nearest } from "./nearest";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** Rules about endpoints and client parameters. */
export function clientRules(settings: Settings): Problem[] {
  return [
    ...addressIsKnown(settings),
    ...trackedAreReported(settings),
    ...ignoredExist(settings),
    ...defaultDatabaseExists(settings),
    ...givenPasswordsStay(settings),
  ];
}

/** The wildcard address is not one that a client could connect to, or a certificate could name. */
function addressIsKnown({ platform, docker }: Settings): Problem[] {
  if (platform !== "docker" || docker.publishAddress !== "0.0.0.0") return [];
  if (docker.advertiseAddress !== undefined) return [];
  return [
    {
      path: "docker.advertiseAddress",
      message:
        "must be set when publishAddress is 0.0.0.0: the host name or address under which " +
        "clients reach this machine",
    },
  ];
}

/**
 * The pool would set a parameter that PostgreSQL does not report for one client, and leave it for
 * the next one.
 */
function trackedAreReported({ pgbouncer, postgres: { version } }: Settings): Problem[] {
  return pgbouncer.trackedParameters.flatMap((name, i) => {
    const message = trackingProblem(name, version);
    return message === undefined ? [] : [{ path: `pgbouncer.trackedParameters.${i}`, message }];
  });
}

function trackingProblem(name: string, version: number): string | undefined {
  if (isTrackedAnyway(name, version)) return `${name} is tracked anyway; take it out`;
  const since = reportedFrom(name);
  if (since !== undefined)
    return `PostgreSQL reports ${name} since version ${since}, got ${version}; use ALTER ROLE … SET`;
  if (parameterOf(version, name) !== undefined)
    return (
      `PostgreSQL does not report ${name} to clients, so the pool cannot track it; use ALTER ` +
      "ROLE … SET, and ignoredStartupParameters if clients send it"
    );
  return unknownName(name, version);
}

function ignoredExist({ pgbouncer, postgres: { version } }: Settings): Problem[] {
  return pgbouncer.ignoredStartupParameters.flatMap((name, i) => {
    const message =
      name === "options" || parameterOf(version, name) !== undefined
        ? undefined
        : unknownName(name, version);
    return message === undefined
      ? []
      : [{ path: `pgbouncer.ignoredStartupParameters.${i}`, message }];
  });
}

/** A name with a dot may belong to an extension that only its users know. */
function unknownName(name: string, version: number): string | undefined {
  if (name.includes(".")) return undefined;
  const near = nearest(name, parameterNames(version));
  return (
    `${name} is not a parameter of PostgreSQL ` +
    `${version}${near === undefined ? "" : `; did you mean ${near}?`}`
  );
}

function defaultDatabaseExists({ databases, defaultDatabase }: Settings): Problem[] {
  if (defaultDatabase === undefined || Object.hasOwn(databases, defaultDatabase)) return [];
  const known = Object.keys(databases).join(", ") || "none";
  return [
    {
      path: "defaultDatabase",
      message: `"${defaultDatabase}" is not one of databases (${known})`,
    },
  ];
}

/** The second login of a rotation would need a separate password. */
function givenPasswordsStay({ roles }: Settings): Problem[] {
  return Object.entries(roles)
    .filter(([, { password, rotation }]) => password !== undefined && rotation > 0)
    .map(([name]) => ({
      path: `roles.${name}.rotation`,
      message: "and password exclude each other: change a given password by giving another",
    }));
}
