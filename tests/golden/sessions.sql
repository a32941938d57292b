SET search_path = pg_catalog;
SELECT set_config('hapg.lsn', :'lsn', false) \g /dev/null
DO $$
BEGIN
  FOR attempt IN 1..100 LOOP
    EXIT WHEN NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= current_setting('hapg.lsn')::pg_lsn;
    IF attempt = 100 THEN RAISE EXCEPTION 'has not replayed what the leader has written'; END IF;
    PERFORM pg_sleep(0.1);
  END LOOP;
END $$;
SELECT format('%s session(s) of %s ended', count(pg_terminate_backend(pid)), usename)
  FROM pg_stat_activity JOIN hapg.roles ON role = usesysid
  WHERE kind <> 'group' AND usename <> ALL (ARRAY['replicator', 'replicator_b', 'rewind', 'rewind_b', 'pgbouncer', 'pgbouncer_b', 'app', 'app_b', 'o''brien "ro" \ $$', 'loader']::name[]) GROUP BY usename;
