import { names } from "./sql";

/**
 * A script for every member that ends the sessions of roles that the program has made and that may no longer log
 * in. psql's variable `lsn` is how far the leader has written: until a standby has that, it lets them in again.
 * @param logins everybody who may log in
 */
export const sessionsSql = (logins: string[]): string =>
  [
    "SET search_path = pg_catalog;",
    "SELECT set_config('hapg.lsn', :'lsn', false) \\g /dev/null",
    "DO $$",
    "BEGIN",
    "  FOR attempt IN 1..100 LOOP",
    "    EXIT WHEN NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= current_setting('hapg.lsn')::pg_lsn;",
    "    IF attempt = 100 THEN RAISE EXCEPTION 'has not replayed what the leader has written'; END IF;",
    "    PERFORM pg_sleep(0.1);",
    "  END LOOP;",
    "END $$;",
    "SELECT format('%s session(s) of %s ended', count(pg_terminate_backend(pid)), usename)",
    "  FROM pg_stat_activity JOIN hapg.roles ON role = usesysid",
    `  WHERE kind <> 'group' AND usename <> ALL (${names(logins)}) GROUP BY usename;`,
    "",
  ].join("\n");
