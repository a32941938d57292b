SET search_path = pg_catalog;
SELECT set_config('hapg.logins', ARRAY['replicator', 'replicator_b', 'rewind', 'rewind_b', 'pgbouncer', 'pgbouncer_b', 'administrator', 'administrator_b', 'monitor', 'app', 'app_b', 'o''brien "ro" \ $$', 'loader']::name[]::text, false) \g /dev/null
DO $$
BEGIN
  FOR attempt IN 1..100 LOOP
    EXIT WHEN NOT EXISTS (
      SELECT FROM hapg.roles JOIN pg_authid ON oid = role
        WHERE kind <> 'group' AND rolname <> ALL (current_setting('hapg.logins')::name[]) AND rolcanlogin);
    IF attempt = 100 THEN RAISE EXCEPTION 'has not replayed what the leader has written'; END IF;
    PERFORM pg_sleep(0.1);
  END LOOP;
END $$;
SELECT format('%s session(s) of %s ended', count(pg_terminate_backend(pid)), rolname)
  FROM pg_stat_activity JOIN hapg.roles ON role = usesysid JOIN pg_authid ON oid = role
  WHERE kind <> 'group' AND rolname <> ALL (current_setting('hapg.logins')::name[]) GROUP BY rolname;
