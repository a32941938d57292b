import { currentName } from "../../../configs/access/logins";
import { scramVerifier } from "../../../configs/access/scram";
import { systemRole } from "../../../configs/access/systemRoles";
import { restApiUser } from "../../../configs/patroni/patroniYml";
import { paths } from "../../../configs/cluster/paths";
import { namesOf } from "../../../configs/cluster/plan";
import { ports } from "../../../configs/cluster/ports";
import type { KeptInState } from "../../../lab/exportedState";
import type { Outputs } from "../../../lab/stackOutputs";
import { connect } from "../../../lab/writer";
import { lookAt } from "../../../operations/look/look";
import { onMember } from "../../../operations/memberSql";
import type { DrillCluster } from "../../cluster";
import { certificateEffect, fingerprintOf, shownTo } from "./certificateEffects";
import type { Effect } from "./effect";
import { parameterEffects, parameterSql } from "./parameterEffects";
import { patroniEffects, synchronousEffect } from "./patroniEffects";
import { poolEffects } from "./poolEffects";
import { roleEffects, roleSql } from "./roleEffects";
import { routerEffects } from "./routerEffects";

/** The outputs and the state after an update, in addition to the settings. */
export interface Updated {
  outputs: Outputs;
  kept: KeptInState;
  primary: string;
}

/** The effects of all changed settings on all running services. */
export async function allEffects(cluster: DrillCluster, updated: Updated): Promise<Effect[]> {
  const parts = await Promise.all([
    members(cluster, updated),
    etcd(cluster, updated),
    routers(cluster, updated),
    pools(cluster, updated),
    logins(updated),
  ]);
  return parts.flat();
}

/** Runs a command in a service. @throws {Error} with its output if it fails */
async function inside(
  { reach }: DrillCluster,
  service: string,
  words: string[],
  input = "",
): Promise<string> {
  const { status, output } = await reach.execute(service, words, input);
  if (status !== 0) throw new Error(`${service}: ${output.trim()}`);
  return output;
}

/** Fingerprint of the certificate on a port of the service itself. */
async function shownInside(
  cluster: DrillCluster,
  service: string,
  url: string,
  ...more: string[]
): Promise<string> {
  const words = ["curl", "-sko", "/dev/null", "--max-time", "3", "-w", "%{certs}", ...more, url];
  return fingerprintOf(await inside(cluster, service, words));
}

async function members(cluster: DrillCluster, updated: Updated): Promise<Effect[]> {
  const { settings, reach } = cluster;
  const { outputs, kept, primary } = updated;
  const { certificates } = kept;
  const look = await lookAt(settings, reach);
  const urls = outputs.administratorConnectionStrings.postgres?.members ?? [];
  const ofMember = async (member: string, i: number): Promise<Effect[]> => {
    const config = look.members.find(({ name }) => name === member)?.facts?.config.value ?? {};
    const restApi = `https://localhost:${ports.patroni}`;
    const shown = await shownInside(cluster, member, `${restApi}/liveness`);
    const { caCertificate } = outputs;
    return [
      ...parameterEffects(settings, member, await onMember(reach, member, parameterSql)),
      ...patroniEffects(settings, member, config),
      await restApiEffect(cluster, member, kept),
      certificateEffect(member, certificates, "the REST API", shown),
      certificateEffect(
        member,
        certificates,
        "PostgreSQL",
        await shownTo(urls[i] ?? "", caCertificate),
      ),
    ];
  };
  const all = await Promise.all(namesOf("patroni", settings).map(ofMember));
  const names = await onMember(reach, primary, "SHOW synchronous_standby_names");
  const roles = await onMember(reach, primary, roleSql);
  return [
    ...all.flat(),
    synchronousEffect(settings, primary, names),
    ...roleEffects(settings, primary, roles),
    ...(await verifierEffects(cluster, primary, kept)),
  ];
}

function etcd(cluster: DrillCluster, { kept: { certificates } }: Updated): Promise<Effect[]> {
  const identity = paths.identityOf(paths.etcdConfig);
  return Promise.all(
    namesOf("etcd", cluster.settings).map(async (service) => {
      const url = `https://127.0.0.1:${ports.etcdClient}/health`;
      const shown = await shownInside(cluster, service, url, "--cert", identity);
      return certificateEffect(service, certificates, "clients", shown);
    }),
  );
}

async function routers(cluster: DrillCluster, { outputs, kept: { certificates } }: Updated) {
  const { settings } = cluster;
  const at = `https://localhost:${settings.haproxy.statsPort}`;
  const ofRouter = async (service: string): Promise<Effect[]> => {
    const words = ["curl", "-sSkf", "--max-time", "3", "-K", "-", `${at}/stats;csv`];
    const csv = await inside(cluster, service, words, `user = "${outputs.statsLogin}"\n`);
    const shown = await shownInside(cluster, service, `${at}/livez`);
    return [
      ...routerEffects(settings, service, csv),
      certificateEffect(service, certificates, "the page of statistics", shown),
    ];
  };
  return (await Promise.all(namesOf("haproxy", settings).map(ofRouter))).flat();
}

async function pools(cluster: DrillCluster, { outputs, kept: { certificates } }: Updated) {
  const { settings } = cluster;
  const port = String(settings.pgbouncer.port);
  const console = ["psql", "-Xqw", "--csv", "-h", paths.pgSocket, "-p", port, "-U", "pgbouncer"];
  const names = namesOf("pgbouncer", settings);
  const ofPool = async (service: string): Promise<Effect[]> =>
    poolEffects(
      settings,
      service,
      await inside(cluster, service, [...console, "-c", "SHOW CONFIG", "pgbouncer"]),
    );
  const effects = (await Promise.all(names.map(ofPool))).flat();
  const url = outputs.administratorConnectionStrings.postgres?.pooledWrite ?? "";
  const shown = await shownTo(url, outputs.caCertificate);
  // A virtual address leads to any one of them.
  const all = names.map((service) => certificateEffect(service, certificates, "clients", shown));
  const [first, ...others] = all;
  if (first === undefined) return effects;
  return [...effects, others.find(({ wanted, seen }) => wanted === seen) ?? first];
}

/** Whether every login of the outputs works on each of its endpoints. */
async function logins(outputsOf: Updated): Promise<Effect[]> {
  const { connectionStrings, administratorConnectionStrings, monitorConnectionStrings } =
    outputsOf.outputs;
  const all = {
    owner: connectionStrings.app,
    administrator: administratorConnectionStrings.postgres,
    monitor: monitorConnectionStrings.postgres,
  };
  const endpoints = ["write", "read", "pooledWrite", "pooledRead"] as const;
  const attempts = Object.entries(all).flatMap(([role, strings]) =>
    endpoints.map(async (endpoint): Promise<Effect> => {
      const what = `login of the ${role}`;
      return {
        service: endpoint,
        what,
        wanted: "accepted",
        seen: await loggedIn(strings?.[endpoint] ?? ""),
      };
    }),
  );
  return Promise.all(attempts);
}

async function loggedIn(url: string): Promise<string> {
  try {
    const client = await connect(url);
    await client.query("SELECT 1");
    await client.end();
    return "accepted";
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a member's REST API accepts the state's password: a reload changes nothing. */
async function restApiEffect(
  cluster: DrillCluster,
  service: string,
  { passwords }: KeptInState,
): Promise<Effect> {
  const url = `https://localhost:${ports.patroni}/reload`;
  const words = ["curl", "-sko", "/dev/null", "-w", "%{http_code}", "-X", "POST", "-K", "-", url];
  const login = `user = "${restApiUser}:${passwordOf(passwords, "restApi")}"\n`;
  const seen = (await inside(cluster, service, words, login)).trim();
  return { service, what: "answer of the REST API to its password", wanted: "202", seen };
}

/** Passwords that no client has: the primary's verifier against the state's password. */
async function verifierEffects(
  { settings, reach }: DrillCluster,
  service: string,
  { passwords }: KeptInState,
): Promise<Effect[]> {
  const { rewind, replication, poolLookup } = settings.credentials;
  const rotations = { superuser: 0, rewind, replication, poolLookup };
  const stored = await onMember(reach, service, "SELECT rolname, rolpassword FROM pg_authid");
  const verifiers = new Map(
    stored.split("\n").map((line) => [line.split("|")[0], line.split("|")[1]]),
  );
  return Object.entries(rotations).map(([name, rotation]) => {
    const login = currentName(systemRole[name as keyof typeof rotations], rotation);
    const suffix = rotation % 2 === 0 ? name : `second-${name}`;
    const wanted = scramVerifier(login, passwordOf(passwords, suffix));
    const isIt = verifiers.get(login) === wanted;
    return {
      ...{ service, what: `password of ${login}`, wanted: "the state's" },
      seen: isIt ? "the state's" : "another",
    };
  });
}

const passwordOf = (passwords: Record<string, string>, suffix: string) =>
  Object.entries(passwords).find(([name]) => name.endsWith(`credentials-${suffix}`))?.[1] ?? "";
