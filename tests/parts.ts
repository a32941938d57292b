/**
 * When a part of the tests runs: always, with one shard, or with `npm run test:everything` alone,
 * because the same code is tried elsewhere.
 */
type Place = "core" | "everything" | number;

/** How many shards there are. Each has run after as many days. */
const shardCount = 10;

/**
 * The slow parts of the tests: files in `validators/`, and what `e2e/` does with a cluster on
 * Docker and one on hosts. The core keeps data safe and shows that the product works at all; each
 * shard takes about four minutes more.
 */
const places = {
  // The longest come first, so that nothing waits for them at the end.
  validators: {
    etcd: "core",
    dynamicConfig: 6,
    coldStartMatrix: "core",
    coldStart: "core",
    disk: "core",
    guard: "core",
    trials: "core",
    access: 1,
    dump: 10,
    coldStartTraps: 2,
    anySettings: 3,
    haproxy: 4,
    leader: 4,
    pgbouncer: 4,
    routing: 4,
    parameters: 4,
    patroni: 4,
    sbom: 4,
    shellcheck: 2,
    etcdLoss: 5,
    clusterTool: 7,
    etcdAccess: 7,
    hosts: 7,
    kernelWatchdog: "everything",
    keepalived: 8,
    leaseClock: 8,
    backupStorage: 9,
    sshPower: 9,
    takeover: 9,
    taskLimit: 9,
    upgrades: 10,
    ownProgram: 10,
    package: 7,
    examples: 1,
  },
  docker: {
    refusals: "core",
    nothingCreated: "core",
    killedUpdate: "core",
    interrupted: "core",
    clients: "core",
    drivers: "core",
    unchanged: "core",
    encryption: "core",
    crash: "core",
    keptData: "core",
    access: 1,
    removed: 1,
    drift: 4,
    rights: 2,
    secrets: 2,
    certificates: 3,
    configuration: 4,
    switchover: 4,
    commands: 5,
    data: 2,
    scaling: 5,
    stoppedUpdate: 6,
    drills: 6,
    sandbox: 7,
    etcdLost: 10,
    adoption: 8,
    backup: 3,
    backupFaults: "everything",
    backupInStorage: "everything",
    monitoring: 8,
    alerts: 1,
    endedCertificates: "everything",
    changes: 9,
    diagnose: "everything",
    predictions: "everything",
    interruptedUpdates: "everything",
    everyDriver: "everything",
  },
  hosts: {
    refusals: "core",
    hostRefusals: "core",
    up: "core",
    clients: "core",
    unchanged: "core",
    firewall: "core",
    units: "core",
    fence: "core",
    diagnose: "everything",
    drift: 7,
    commands: 3,
    data: 5,
    changes: 7,
    virtualAddress: 7,
    drills: 8,
    hostLoss: 8,
    monitoring: 2,
    encryption: 8,
    secrets: 8,
    etcdLeader: 9,
    etcdLost: 1,
    reboot: 9,
    replacedHost: 9,
    keptData: 9,
    adoption: "everything",
    backup: "everything",
    endedCertificates: "everything",
    stoppedUpdate: 10,
    packages: 6,
    scaling: 10,
    access: "everything",
    rights: "everything",
    configuration: "everything",
    switchover: "everything",
    interruptedUpdates: "everything",
  },
} satisfies Record<string, Record<string, Place>>;

/** What the parts of the tests belong to. */
export type Kind = keyof typeof places;

/** The names of a kind's parts. */
export type PartOf<K extends Kind> = Extract<keyof (typeof places)[K], string>;

/** Which parts run: those of the core and of a shard, all, or one alone. */
export type Choice = { shard: number } | "everything" | { kind: Kind; part: string };

/** The shard of a day. @param date in milliseconds since 1970 */
export const shardOf = (date: number): number =>
  1 + (Math.floor(date / (24 * 60 * 60 * 1000)) % shardCount);

/**
 * The choice that words name: the number of a shard, `everything`, or a part as in `docker:access`.
 * @throws {Error} if there is no such part
 */
export function choiceOf(words: string): Choice {
  if (words === "everything") return words;
  const shard = Number(words);
  if (Number.isInteger(shard) && shard >= 1 && shard <= shardCount) return { shard };
  const [kind = "", part = ""] = words.split(":");
  const known = Object.entries(places).flatMap(([one, names]) =>
    Object.keys(names).map((name) => `${one}:${name}`),
  );
  if (!known.includes(words))
    throw new Error(
      `There is no part ${words} of the tests. Say a shard (1 to ${shardCount}), everything, or one of ${known.join(", ")}.`,
    );
  return { kind: kind as Kind, part };
}

/** The names of the parts that run of one kind, in their order. */
export function chosen<K extends Kind>(kind: K, choice: Choice): PartOf<K>[] {
  const all = Object.entries<Place>(places[kind]) as [PartOf<K>, Place][];
  const isChosen = ([name, place]: [PartOf<K>, Place]) => {
    if (choice === "everything") return true;
    if ("shard" in choice) return place === "core" || place === choice.shard;
    return choice.kind === kind && choice.part === name;
  };
  return all.filter(isChosen).map(([name]) => name);
}

/** What runs, for the tests themselves: as the runner says, or everything in a run of Mocha by hand. */
export const choice = (): Choice => choiceOf(process.env.HAPG_TEST_ONLY ?? "everything");

/**
 * Whether a part was chosen alone that begins on a cluster which is there. In a run of many the
 * first parts bring it up.
 * @param first those that do so
 */
export const needsCluster = <K extends Kind>(kind: K, first: PartOf<K>[]): boolean => {
  const now = choice();
  return (
    typeof now === "object" &&
    "part" in now &&
    !chosen(kind, now).some((one) => first.includes(one))
  );
};

/** Whether everything runs, also what takes as long as many tests. */
export const isEverything = (): boolean => process.env.HAPG_TEST_ONLY === "everything";
