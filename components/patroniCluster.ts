import * as pulumi from "@pulumi/pulumi";
import { founderOf } from "../configs/patroni/coldStart";
import { dynamicConfig } from "../configs/patroni/dynamicConfig";
import { paths } from "../configs/cluster/paths";
import type { Service } from "../platforms/platform";
import { setAccess, setSystemRoles } from "./access";
import { firstInReach } from "./shared";
import { changeDynamicConfig, proveEffect } from "./dynamicConfiguration";
import { type MemberArgs, memberService } from "./patroniMember";

/**
 * The PostgreSQL members. One founds the cluster. Each of the others starts when the previous one
 * runs and streams. Later changes roll: one member at a time, standbys first, each ready before the
 * next one changes. If there is data but no leader, all members start at the same time and the one
 * with the newest data leads.
 */
export class PatroniCluster extends pulumi.ComponentResource {
  /** The members, in order. */
  readonly services: Service[];

  constructor(name: string, args: MemberArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:PatroniCluster", name, {}, opts);
    const { platform, topology, settings } = args;
    const dynamic = dynamicConfig(settings, platform);
    const services = topology.members.map((member) => memberService(args, dynamic, member));

    const coordinator = firstInReach(services, platform);
    this.services = services;
    const access = { ...args, services };

    // Runs before any member changes, so that a restarted member starts with the new values.
    const changed = changeDynamicConfig(
      `${name}-dynamic-config`,
      args,
      { services, dynamic, step: "patch" },
      { parent: this, dependsOn: opts.dependsOn ?? [] },
    );
    const systemRoles = setSystemRoles(`${name}-system-roles`, access, {
      parent: this,
      dependsOn: changed,
    });
    const preDelete = forgetThoseThatLeave(`${name}-former-members`, args, coordinator, {
      parent: this,
      dependsOn: opts.dependsOn ?? [],
    });
    const run = (service: Service, ...dependsOn: pulumi.Resource[]) =>
      platform.run(service, { parent: this, dependsOn: [...dependsOn, preDelete] });
    const grantAccess = (...dependsOn: pulumi.Resource[]) =>
      setAccess(`${name}-access`, access, { parent: this, dependsOn });
    let previous: pulumi.Resource[];
    if (platform.start.isCold) {
      // Members become ready only after the one with the newest data leads, with this stack's
      // passwords.
      previous = [
        ...services.map((service) => run(service, changed)),
        grantAccess(changed, systemRoles),
      ];
    } else {
      previous = [systemRoles];
      for (const [i, service] of inOrder(services, args).entries()) {
        const member = run(service, ...previous);
        previous = i === 0 ? [member, grantAccess(member)] : [member];
      }
    }
    const settled = changeDynamicConfig(
      `${name}-pending-restarts`,
      args,
      { services, dynamic, step: "settle" },
      { parent: this, dependsOn: previous },
    );
    for (const service of services.filter((one) => !platform.isAway(one.name))) {
      proveEffect(
        `${name}-proof-${service.name}`,
        args,
        { service, dynamic },
        {
          parent: this,
          dependsOn: settled,
        },
      );
    }
    this.registerOutputs({});
  }
}

/**
 * The order in which members change, one after the other. The leader is last, so a change reaches
 * it only after every standby has survived it. If there is no leader yet, the founder is first.
 */
function inOrder(services: Service[], { platform, settings, topology }: MemberArgs) {
  const { leader } = platform.running ?? {};
  const founder = founderOf(settings, topology.members);
  const rank = ({ name }: Service) =>
    leader === undefined ? Number(name !== founder) : Number(name === leader);
  return [...services].sort((a, b) => rank(a) - rank(b));
}

/**
 * Drops the replication slots of removed members, which would retain WAL. All members depend on it,
 * so it runs after removed members are gone. A member on a host that is away also has a slot, which
 * this must not take for a removed member's.
 */
function forgetThoseThatLeave(
  name: string,
  { platform, topology }: MemberArgs,
  service: Service,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const names = topology.members.map((member) => member.name);
  return platform.executeAtEnd(
    name,
    {
      service,
      command: ["python3", paths.clusterTool, "forget", ...names],
      isPostponed: names.some((member) => platform.isAway(member)),
    },
    opts,
  );
}
