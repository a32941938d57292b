import { paths } from "../configs/cluster/paths";
import { planOf } from "../configs/cluster/plan";
import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { isPrimary } from "./look/symptoms";
import { type Look, lookAtPart } from "./look/look";
import { membersThrough } from "./members";
import { switchOver } from "./switchover";
import { Refusal } from "./switchover/choice";
import { until } from "./until";

/** What must move away from a host, or from a single service, before maintenance. */
export interface Drain {
  /** All services of the host, or the one service. */
  services: string[];
  /** The primary, if it is one of them. */
  primary: string | undefined;
  /** etcd's leader, if it is one of them, and the member that takes over. */
  etcd: { from: string; to: string } | undefined;
  /** The Keepalived that holds the virtual address, if it is one of them. */
  keepalived: string | undefined;
  /** Client sessions of their HAProxy and PgBouncer. They cannot be moved. */
  sessions: { service: string; count: number }[];
}

/**
 * Finds out what must move.
 * @param target name of a host of the stack file, or of a service
 * @throws {Refusal} if there is no such host or service, or no other member can take over
 */
export function drainOf(look: Look, settings: Settings, target: string): Drain {
  const plan = planOf(settings);
  const services = plan
    .filter(({ name, host }) => name === target || host === target)
    .map(({ name }) => name);
  if (services.length === 0) {
    const hosts = Object.keys(settings.vm.hosts);
    throw new Refusal(
      `There is no host or service ${target}. Known are ` +
        [...hosts, ...plan.map(({ name }) => name)].join(", "),
    );
  }
  const isThere = ({ name }: { name: string }) => services.includes(name);
  const etcdLeader = look.etcd.find(({ facts }) => facts?.status.value?.leads === true);
  const count = (sessions: (number | undefined)[]) =>
    sessions.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  return {
    services,
    primary: look.members.filter(isPrimary).find(isThere)?.name,
    etcd:
      etcdLeader !== undefined && isThere(etcdLeader)
        ? { from: etcdLeader.name, to: successor(look, isThere) }
        : undefined,
    keepalived: look.addresses.filter(isThere).find(({ facts }) => facts?.holds.value === true)
      ?.name,
    sessions: [
      ...look.routers.filter(isThere).map(({ name, facts }) => ({
        service: name,
        count: count(Object.values(facts?.frontends.value ?? {}).map((one) => one.sessions)),
      })),
      ...look.pools.filter(isThere).map(({ name, facts }) => ({
        service: name,
        count: count((facts?.pools.value ?? []).map(({ clients }) => clients)),
      })),
    ].filter((one) => one.count > 0),
  };
}

/** An etcd member on another host that can lead. */
function successor({ etcd }: Look, isThere: (one: { name: string }) => boolean): string {
  const found = etcd.find(
    (one) =>
      !isThere(one) &&
      one.facts?.health.value === true &&
      one.facts.members.value?.some(({ name, isLearner }) => name === one.name && !isLearner) ===
        true,
  );
  if (found === undefined) throw new Refusal("No other etcd member is healthy");
  return found.name;
}

/** How long a virtual address may take to move, in seconds. */
const moveSeconds = 15;

/**
 * Moves everything that can be moved. It can run again after an interruption.
 * @param say is called with a line for each step
 * @throws {Refusal} if no standby elsewhere can take over; nothing was changed
 * @throws {Error} if something did not move
 */
export async function drain(
  { services, primary, etcd, keepalived }: Drain,
  settings: Settings,
  reach: Reach,
  say: (line: string) => void,
): Promise<void> {
  if (primary !== undefined) {
    const members = membersThrough(settings, reach);
    await switchOver({ settings, reach, members, say, avoid: services });
  }
  if (etcd !== undefined) {
    await moveEtcdLeader(etcd, reach);
    say(`${etcd.to} leads etcd`);
  }
  if (keepalived !== undefined) {
    const { status, output } = await reach.stop(keepalived);
    if (status !== 0) throw new Error(`${keepalived}: ${output.trim()}`);
    const hasMoved = async () => {
      const addresses = await lookAtPart("addresses", settings, reach);
      return addresses.some(
        ({ name, facts }) => name !== keepalived && facts?.holds.value === true,
      );
    };
    if (!(await until(moveSeconds, hasMoved, 500)))
      throw new Error(`no other host holds the virtual address ${moveSeconds} s later`);
    say("the virtual address has moved");
  }
}

async function moveEtcdLeader({ from, to }: { from: string; to: string }, reach: Reach) {
  const etcdctl = async (...words: string[]) => {
    const { status, output } = await reach.execute(from, [paths.etcdCtl, ...words]);
    if (status !== 0) throw new Error(`${from}: ${output.trim()}`);
    return output;
  };
  // IDs have 64 bits and would lose some as JSON numbers.
  const [id] =
    (await etcdctl("member", "list"))
      .split("\n")
      .map((line) => line.split(", "))
      .find(([, , name]) => name === to) ?? [];
  if (id === undefined) throw new Error(`${from}: etcd does not list ${to}`);
  await etcdctl("move-leader", id);
}
