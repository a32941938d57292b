import { names } from "./sql";

/**
 * A script for every member that ends sessions of this program's roles that may no longer log in.
 * On a standby it first waits for the replay of that change, because the standby would accept them
 * again before.
 * @param logins all roles that may log in
 */
export const sessionsSql = (logins: string[]): string =>
  [
    "SET search_path = pg_catalog;",
    `SELECT set_config('hapg.logins', ${names(logins)}::text, false) \\g /dev/null`,
    "DO $$",
    "BEGIN",
    "  FOR attempt IN 1..100 LOOP",
    "    EXIT WHEN NOT EXISTS (",
    "      SELECT FROM hapg.roles JOIN pg_authid ON oid = role",
    `        WHERE ${former} AND rolcanlogin);`,
    "    IF attempt = 100 THEN RAISE EXCEPTION 'has not replayed what the leader has written'; END IF;",
    "    PERFORM pg_sleep(0.1);",
    "  END LOOP;",
    "END $$;",
    "SELECT format('%s session(s) of %s ended', count(pg_terminate_backend(pid)), rolname)",
    "  FROM pg_stat_activity JOIN hapg.roles ON role = usesysid JOIN pg_authid ON oid = role",
    `  WHERE ${former} GROUP BY rolname;`,
    "",
  ].join("\n");

const former = "kind <> 'group' AND rolname <> ALL (current_setting('hapg.logins')::name[])";
