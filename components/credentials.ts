import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { presentRoles } from "../configs/access/model";
import { type Logins, passwordRotations, secondLogin } from "../configs/access/logins";
import { etcdUser } from "../configs/etcd/access";
import { alternatingRoles, systemRole } from "../configs/access/systemRoles";
import { unlessPasswordsAreLost } from "./lostState";
import type { SharedArgs } from "./shared";

/** Credentials that are replaced at once when a new one is created. */
const replacedNames = ["superuser", "restApi", "vrrp", "stats"] as const;

/** VRRP allows no longer password. It guards against mistakes, not against eavesdroppers. */
const vrrpLength = 8;

/**
 * Every password of a cluster. It is generated, kept as a secret of the stack, and replaced when
 * its rotation number changes. The stack file may set a role's password instead.
 */
export class Credentials extends pulumi.ComponentResource {
  /** Passwords of the superuser, the REST API, VRRP and HAProxy's page. */
  readonly system: Record<(typeof replacedNames)[number], pulumi.Output<string>>;
  /** Logins of the system roles. */
  readonly systemLogins: Record<(typeof alternatingRoles)[number], pulumi.Output<Logins>>;
  /** Logins with which members reach etcd. */
  readonly etcdLogins: pulumi.Output<Logins>;
  /** The key that encrypts backups; undefined without them. */
  readonly backupKey: pulumi.Output<string> | undefined;
  /** Logins of the stack file's roles, by role. */
  readonly roles: Record<string, pulumi.Output<Logins>>;

  constructor(name: string, args: SharedArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Credentials", name, {}, opts);
    const { settings } = args;
    const kept = unlessPasswordsAreLost(`${name}-superuser`, args);
    const password = (suffix: string, rotation: number, length = 32) =>
      new random.RandomPassword(
        `${name}-${suffix}`,
        {
          // Letters and digits need no quoting anywhere; 32 of them are 190 bits.
          length: kept.then(() => (suffix === "vrrp" ? vrrpLength : length)),
          special: false,
          ...(rotation === 0 ? {} : { keepers: { rotation: String(rotation) } }),
        },
        { parent: this },
      ).result;
    const logins = (suffix: string, role: string, rotation: number): pulumi.Output<Logins> => {
      const rotations = passwordRotations(rotation);
      return pulumi.output({
        first: { name: role, password: password(suffix, rotations.first) },
        second:
          rotations.second === undefined
            ? undefined
            : {
                name: secondLogin(role),
                // The suffix is not at the end, where it could clash with another role:
                // `role-app-second`.
                password: password(`second-${suffix}`, rotations.second),
              },
      });
    };
    const { credentials } = settings;
    this.system = byName(replacedNames, (one) => password(one, credentials[one]));
    this.systemLogins = byName(alternatingRoles, (one) =>
      logins(one, systemRole[one], credentials[one]),
    );
    this.etcdLogins = logins("etcd", etcdUser, credentials.etcd);
    this.roles = Object.fromEntries(
      presentRoles(settings).map(({ name: role, password: given, rotation }) => [
        role,
        given === undefined
          ? logins(`role-${role}`, role, rotation)
          : pulumi.secret({ first: { name: role, password: given }, second: undefined }),
      ]),
    );
    const { backup } = settings;
    this.backupKey = backup.enabled
      ? backup.key === undefined
        ? password("backup-key", 0, 64)
        : pulumi.secret(backup.key)
      : undefined;
    this.registerOutputs({});
  }
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
