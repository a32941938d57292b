import { systemRole } from "../access/systemRoles";
import { hbaFields, hbaProblem } from "../postgres/hbaLine";
import type { Problem } from "./rules";
import type { Settings } from "./schema";

/** A line that PostgreSQL cannot read prevents the next start of every member. */
export function hbaRules({ postgres }: Settings): Problem[] {
  return postgres.hba.flatMap((line, i) => {
    const message =
      hbaProblem(line, postgres.version, systemRole.superuser) ??
      (needsValidator(line) && postgres.parameters.oauth_validator_libraries === undefined
        ? "oauth needs a library that validates tokens: name it in " +
          "postgres.parameters.oauth_validator_libraries"
        : undefined);
    return message === undefined ? [] : [{ path: `postgres.hba.${i}`, message }];
  });
}

/** Whether a line's method is oauth: it follows the database and the user. */
const needsValidator = (line: string) =>
  hbaFields(line)
    .fields.slice(3)
    .some(([word]) => word?.text === "oauth" && !word.isQuoted);
