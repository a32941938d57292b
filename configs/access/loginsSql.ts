import { everyLogin, type Logins } from "./logins";
import { scramVerifier } from "./scram";
import { call, identifier, literal } from "./sql";

/**
 * Statements that let a role log in, also by its second login if it has one.
 * @param attributes of both logins, such as `REPLICATION`
 * @param secondKind recorded for the second login; an existing one of another kind is not taken
 * over
 * @param firstKind recorded for the role itself; `role` takes over an existing role
 */
export function loginsSql(
  logins: Logins,
  attributes: string[],
  secondKind: "role" | "second login",
  firstKind: "role" | "system role" = "role",
): string[] {
  return everyLogin(logins).flatMap((login) => {
    const { name, password } = login;
    const verifier = literal(scramVerifier(name, password));
    return [
      call("have_role", literal(name), literal(login === logins.first ? firstKind : secondKind)),
      `ALTER ROLE ${[identifier(name), "LOGIN", ...attributes, "PASSWORD", verifier].join(" ")};`,
    ];
  });
}
