import type { Settings } from "../../configs/settings/schema";
import type { StackSettings } from "../../lab/cluster/testEnvironment";
import type { Random } from "../../lab/random";
import { triedParameters } from "./parameters";

/** One kind of change to a stack file. */
export interface ChangeKind {
  name: string;
  /** Approximate duration of an update with it on a small machine, in seconds. */
  seconds: number;
  /** Settings to merge into the stack file; `undefined` removes a setting. */
  settings: (random: Random, now: Settings) => StackSettings;
}

const wholeNumber = (random: Random, from: number, to: number) =>
  from + Math.floor(random.next() * (to - from + 1));

/** Passwords that `credentials` rotates. */
const passwords = [
  ...(["superuser", "replication", "rewind", "restApi", "poolLookup"] as const),
  ...(["administrator", "monitor", "etcd", "stats"] as const),
];

/**
 * The changes of the drill: everything that an update applies to a running cluster in a separate
 * way.
 */
export const changeKinds: ChangeKind[] = [
  {
    name: "parameters",
    seconds: 35,
    settings: (random, { postgres }) => {
      const changed = random.shuffled(triedParameters).slice(0, wholeNumber(random, 1, 3));
      const valueOf = ({ name, values }: (typeof triedParameters)[number]) => {
        const others = values.filter((value) => value !== postgres.parameters[name]);
        return random.chance(0.25) ? undefined : random.one(others);
      };
      const parameters = Object.fromEntries(changed.map((one) => [one.name, valueOf(one)]));
      return { postgres: { parameters } };
    },
  },
  {
    name: "members",
    seconds: 40,
    settings: (_, { postgres }) => ({ postgres: { members: postgres.members === 3 ? 4 : 3 } }),
  },
  {
    // Both restart the members one by one.
    name: "restart",
    seconds: 70,
    settings: (random) => ({
      postgres: random.chance(0.5)
        ? { memoryMegabytes: 4 * wholeNumber(random, 112, 144) }
        : { stopGraceSeconds: wholeNumber(random, 90, 150) },
    }),
  },
  {
    name: "timings",
    seconds: 15,
    settings: (random) => {
      const loopWaitSeconds = wholeNumber(random, 1, 4);
      const retryTimeoutSeconds = wholeNumber(random, 3, 8);
      const ttlSeconds = Math.max(
        20,
        loopWaitSeconds + 2 * retryTimeoutSeconds + wholeNumber(random, 0, 9),
      );
      return { patroni: { loopWaitSeconds, retryTimeoutSeconds, ttlSeconds } };
    },
  },
  {
    name: "synchronous",
    seconds: 15,
    settings: (random, { patroni }) => {
      // Mostly on: without it a killed primary may lose writes, and a round proves less.
      const modes = ["on", "quorum", "on", "quorum", "off"].filter(
        (mode) => mode !== patroni.synchronousMode,
      );
      return {
        patroni: {
          synchronousMode: random.one(modes),
          synchronousNodeCount: wholeNumber(random, 1, 2),
        },
      };
    },
  },
  {
    name: "failsafe",
    seconds: 15,
    settings: (_, { patroni }) => ({ patroni: { failsafeMode: !patroni.failsafeMode } }),
  },
  {
    name: "haproxy",
    seconds: 15,
    settings: (random) => ({
      haproxy: {
        checkFall: wholeNumber(random, 2, 4),
        checkRise: wholeNumber(random, 1, 3),
        maxConnections: 100 * wholeNumber(random, 10, 30),
        readBalance: random.one(["roundrobin", "leastconn"]),
        maximumReadLagMegabytes: wholeNumber(random, 8, 64),
      },
    }),
  },
  {
    name: "pgbouncer",
    seconds: 15,
    settings: (random) => ({
      pgbouncer: {
        poolSize: wholeNumber(random, 10, 20),
        reservePoolSize: wholeNumber(random, 1, 5),
        maxClientConnections: 100 * wholeNumber(random, 5, 10),
        queryWaitTimeoutSeconds: wholeNumber(random, 30, 90),
        serverIdleTimeoutSeconds: wholeNumber(random, 60, 600),
      },
    }),
  },
  {
    name: "password",
    seconds: 25,
    settings: (random, { credentials }) => {
      const name = random.one([...passwords]);
      return { credentials: { [name]: credentials[name] + 1 } };
    },
  },
  {
    name: "rolePassword",
    seconds: 20,
    settings: (_, { roles }) => ({ roles: { app: { rotation: (roles.app?.rotation ?? 0) + 1 } } }),
  },
  {
    name: "role",
    seconds: 15,
    settings: (random) => ({
      roles: {
        app: { connectionLimit: random.one([-1, 40, 60]) },
        auditor: { connectionLimit: wholeNumber(random, 1, 9), memberOf: ["pg_monitor"] },
      },
    }),
  },
  {
    name: "certificates",
    seconds: 35,
    settings: (_, { credentials }) => ({
      credentials: { certificates: credentials.certificates + 1 },
    }),
  },
  {
    name: "authority",
    seconds: 35,
    settings: (_, { credentials }) => ({ credentials: { authority: credentials.authority + 1 } }),
  },
];
