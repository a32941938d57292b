import { everyLogin, type Logins } from "./logins";
import { scramVerifier } from "./scram";
import { call, identifier, literal } from "./sql";

/**
 * Statements that let a role log in, by its second login too if it has one.
 * @param attributes what else each of the two is to have, such as `REPLICATION`
 * @param secondKind what the second login is noted as; whoever made one of another kind keeps it
 * @param firstKind the same of the role itself; `role` takes over one that is there already
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
