import { type AccessPasswords, presentRoles } from "../../configs/access/model";
import { type Logins, passwordRotations, secondLogin } from "../../configs/access/logins";
import type { Settings } from "../../configs/settings/schema";

/** The password that a login got at a rotation, in tests. */
export const testPassword = (login: string, rotation: number) => `password-${rotation} of ${login}`;

/** Logins with passwords that tell who has them since when. */
export function testLogins(role: string, rotation: number): Logins {
  const { first, second } = passwordRotations(rotation);
  const login = (name: string, since: number) => ({ name, password: testPassword(name, since) });
  return {
    first: login(role, first),
    second: second === undefined ? undefined : login(secondLogin(role), second),
  };
}

/** All passwords of a cluster, as its rotations have left them. */
export function testPasswords(settings: Settings): AccessPasswords {
  const { superuser, replication, rewind, poolLookup, administrator, monitor } =
    settings.credentials;
  return {
    superuser: testPassword("postgres", superuser),
    replication: testLogins("replicator", replication),
    rewind: testLogins("rewind", rewind),
    poolLookup: testLogins("pgbouncer", poolLookup),
    administrator: testLogins("administrator", administrator),
    monitor: testLogins("monitor", monitor),
    roles: Object.fromEntries(
      presentRoles(settings).map(({ name, rotation }) => [name, testLogins(name, rotation)]),
    ),
  };
}
