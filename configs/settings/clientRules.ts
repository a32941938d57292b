import { parameterNames, parameterOf } from "../postgres/parameters";
import { isTrackedAnyway, reportedFrom } from "../pgbouncer/startupParameters";
import { nearest } from "./nearest";
import type { Problem } from "./rules";
import type { Settings } from "./schema";

/** The rules of how clients reach the cluster, and what they may ask for. */
export function clientRules(settings: Settings): Problem[] {
  return [
    ...addressIsKnown(settings),
    ...trackedAreReported(settings),
    ...ignoredExist(settings),
    ...defaultDatabaseExists(settings),
    ...givenPasswordsStay(settings),
  ];
}

/** Every address of the machine is none that a client could connect to, or that a certificate could name. */
function addressIsKnown({ platform, docker }: Settings): Problem[] {
  if (platform !== "docker" || docker.publishAddress !== "0.0.0.0") return [];
  if (docker.advertiseAddress !== undefined) return [];
  return [
    {
      path: "docker.advertiseAddress",
      message:
        "must be set when publishAddress is 0.0.0.0: the host name or address under which clients reach this machine",
    },
  ];
}

/** What PostgreSQL does not report, the pool would set for one client and leave to the next one. */
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
    return `PostgreSQL does not report ${name} to clients, so the pool cannot track it; use ALTER ROLE … SET, and ignoredStartupParameters if clients send it`;
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

/** A name with a dot may be of an extension that nobody but its users knows. */
function unknownName(name: string, version: number): string | undefined {
  if (name.includes(".")) return undefined;
  const near = nearest(name, parameterNames(version));
  return `${name} is not a parameter of PostgreSQL ${version}${near === undefined ? "" : `; did you mean ${near}?`}`;
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

/** The second login of a rotation would need a password of its own. */
function givenPasswordsStay({ roles }: Settings): Problem[] {
  return Object.entries(roles)
    .filter(([, { password, rotation }]) => password !== undefined && rotation > 0)
    .map(([name]) => ({
      path: `roles.${name}.rotation`,
      message: "and password exclude each other: change a given password by giving another",
    }));
}
