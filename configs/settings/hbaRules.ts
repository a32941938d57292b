import { systemRole } from "../access/systemRoles";
import { hbaProblem } from "../postgres/hbaLine";
import type { Problem } from "./rules";
import type { Settings } from "./schema";

/** One line that PostgreSQL cannot read keeps every member from its next start. */
export function hbaRules({ postgres }: Settings): Problem[] {
  return postgres.hba.flatMap((line, i) => {
    const message = hbaProblem(line, postgres.version, systemRole.superuser);
    return message === undefined ? [] : [{ path: `postgres.hba.${i}`, message }];
  });
}
