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
 * The members. One founds the cluster; each of the others starts when the one before is running and streaming.
 * Later changes roll: one member at a time, standbys first, each ready before the next is touched. Where nobody
 * leads and there is data, all start side by side, and the one with the newest data leads.
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

    // Before any member is touched, so that one that restarts starts with the new values.
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
    const farewell = forgetThoseThatLeave(`${name}-former-members`, args, coordinator, {
      parent: this,
      dependsOn: opts.dependsOn ?? [],
    });
    const run = (service: Service, ...dependsOn: pulumi.Resource[]) =>
      platform.run(service, { parent: this, dependsOn: [...dependsOn, farewell] });
    const grantAccess = (...dependsOn: pulumi.Resource[]) =>
      setAccess(`${name}-access`, access, { parent: this, dependsOn });
    let previous: pulumi.Resource[];
    if (platform.start.isCold) {
      // Nobody is ready before the newest data leads, whosever that is, and the passwords are those of this stack.
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
 * The order in which members are changed, one after the other. A leader comes last, so that nothing reaches it that a standby
 * has not survived; where there is none yet, its founder comes first.
 */
function inOrder(services: Service[], { platform, settings, topology }: MemberArgs) {
  const { leader } = platform.running ?? {};
  const founder = founderOf(settings, topology.members);
  const rank = ({ name }: Service) =>
    leader === undefined ? Number(name !== founder) : Number(name === leader);
  return [...services].sort((a, b) => rank(a) - rank(b));
}

/**
 * Drops the slots of members that left the stack file, which would hold WAL back. All members depend on it: so those
 * that leave are gone by then. One that is away has a slot, too, that would be taken for a former member's.
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
