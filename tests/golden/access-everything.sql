\set ON_ERROR_STOP on
\set VERBOSITY terse
SET client_min_messages = 'warning';
SET statement_timeout = 0;
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET track_activities = off;
SET pg_stat_statements.track = 'none';
SET search_path = pg_catalog;
BEGIN;
-- scripts/roles.sql
ALTER ROLE "postgres" PASSWORD 'SCRAM-SHA-256$4096:tDwIaVLzMLA8moNNCGGRXQ==$hSmxQ7/raTUicvvL77z+d6Mq9iG/sNipyxtN13dEU+o=:oyb0uweIwSlpMTk63ztSUNHR6d5T2ThwsKY3bpKU1Lw=';
CALL pg_temp.have_role('replicator', 'role');
ALTER ROLE "replicator" LOGIN REPLICATION PASSWORD 'SCRAM-SHA-256$4096:II0Bpft1LWcfBczP96n0wA==$j1vhX51pOaBzG/i9/zrfVLU90hXpH2GX8R0BSj2XMTE=:GWOh0d/D9QzUAFgLx/IqOKCDZkmdNCu+khKSNoK/WsU=';
CALL pg_temp.have_role('replicator_b', 'role');
ALTER ROLE "replicator_b" LOGIN REPLICATION PASSWORD 'SCRAM-SHA-256$4096:Jnn8MYlPw/9ASpmAoEwvnw==$2jvIW+Z9tWtaawbE7OtxaskwFxnDg2OA3aZqqH8AsNw=:lUXBZG5tEgmMAEPqzhQyqCqe52l9V29xNC2vnj8TCBM=';
CALL pg_temp.have_role('rewind', 'role');
ALTER ROLE "rewind" LOGIN PASSWORD 'SCRAM-SHA-256$4096:OJaVDmPyiA6R/E87hlW+6g==$B/Ga0a55wWp5s7lvW+M+UXIQNvHUZB7DVF4f32NVB2I=:W1LsiDYKwR4gtQ68OD8JdYnenU8qP1BkwCbmltfbv6I=';
CALL pg_temp.have_role('rewind_b', 'role');
ALTER ROLE "rewind_b" LOGIN PASSWORD 'SCRAM-SHA-256$4096:/E59qnSbmrLze2j9+2J+rA==$z32alN2oXSQ2GTQGi3wpQpN52NC2qtA/hW0zdCs1jSE=:XJMQRGOSEOQzGOLIHFRjFErKx7f1o4/hyMc/U74mGzo=';
GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean) TO "rewind";
GRANT EXECUTE ON FUNCTION pg_stat_file(text, boolean) TO "rewind";
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO "rewind";
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO "rewind";
GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean) TO "rewind_b";
GRANT EXECUTE ON FUNCTION pg_stat_file(text, boolean) TO "rewind_b";
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO "rewind_b";
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO "rewind_b";
CALL pg_temp.have_role('pgbouncer', 'role');
ALTER ROLE "pgbouncer" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:+9oitPa8V+YkEVFhEnQRzA==$O+z7bERa9rAvJMW7ZH1oSng+q8GZISKOaY4OugxVmfA=:GiQS4GmpkAl9HP1ZMRUlqRAfCvkhQ6hVi8BHQodfuaE=';
CALL pg_temp.have_role('pgbouncer_b', 'role');
ALTER ROLE "pgbouncer_b" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:CYCKzXOymKkleE6eZiQQzg==$/wl/OdSf1czQvDgfTjTpUby8g7UnD05jgPCAq/fztQ8=:8uwYmny6oQRLR2AjPKOF9MLs0a+6U6l1FwdvF8Wtn3Y=';
CALL pg_temp.have_role('app:in', 'group');
CALL pg_temp.have_role('billing-eu.2:in', 'group');
CALL pg_temp.have_role('billing-eu.2:ro', 'group');
CALL pg_temp.have_role('billing-eu.2:rw', 'group');
CALL pg_temp.have_role('app', 'role');
ALTER ROLE "app" LOGIN CONNECTION LIMIT -1 REPLICATION PASSWORD 'SCRAM-SHA-256$4096:0AUljFRS6nBjn8WL/bkPEA==$cSPygin1Nb6ZmX0B1BN4U+LjnBX1bTf5lMnp+krLq8k=:4WNEKM8bO9ctTyyMxOPmhB+JuB/3UFOYRq4liqbSgps=';
CALL pg_temp.have_role('app_b', 'second login');
ALTER ROLE "app_b" LOGIN CONNECTION LIMIT -1 REPLICATION PASSWORD 'SCRAM-SHA-256$4096:i9PZUa+GN7TqHVznFSLrjA==$E4PPNdAiaV2wWeP8KJLaNTytSX1rCKnlL/JMkVTWke0=:xlD2TJxpY4rdIDiMs6Z59S+/lTaib6uhqF9ZGvoTWPY=';
CALL pg_temp.log_in_for('app_b', 'app');
CALL pg_temp.be_member('app', ARRAY[]::name[], ARRAY['app:in', 'app:ro', 'app:rw', 'billing-eu.2:in', 'billing-eu.2:ro', 'billing-eu.2:rw']::name[]);
CALL pg_temp.have_role('o''brien "ro" \ $$', 'role');
ALTER ROLE "o'brien ""ro"" \ $$" LOGIN CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:Z/Jf22H1t/FhvkfHM4JM+w==$S6phbW8xaJliqqw6N46Wc2oXOrMUNzaUAJR4YFraf9w=:mlgxcYkFEPgK/pfdAaS8t/yTBmTAJE9+zz5yNodBu7k=';
CALL pg_temp.be_member('o''brien "ro" \ $$', ARRAY['pg_monitor', 'pg_read_all_data', 'billing-eu.2:in', 'billing-eu.2:ro']::name[], ARRAY['app:in', 'app:ro', 'app:rw', 'billing-eu.2:in', 'billing-eu.2:ro', 'billing-eu.2:rw']::name[]);
CALL pg_temp.have_role('loader', 'role');
ALTER ROLE "loader" LOGIN CONNECTION LIMIT -1 NOREPLICATION PASSWORD 'SCRAM-SHA-256$4096:bXFegTCnNfKib9A0rUnYYg==$rucgzRzW19jmZBlGnroB8s4D1xdv1fxTZTjqD8fMHkI=:To3+AJTm5YMsn8uSraDGwea7kfB632UYcLzGPWj7O/o=';
ALTER ROLE "loader" CREATEDB;
ALTER ROLE "loader" NOCREATEROLE;
CALL pg_temp.be_member('loader', ARRAY['billing-eu.2:in', 'billing-eu.2:rw']::name[], ARRAY['app:in', 'app:ro', 'app:rw', 'billing-eu.2:in', 'billing-eu.2:ro', 'billing-eu.2:rw']::name[]);
CALL pg_temp.keep_logins(ARRAY['replicator', 'replicator_b', 'rewind', 'rewind_b', 'pgbouncer', 'pgbouncer_b', 'administrator', 'administrator_b', 'monitor', 'app', 'app_b', 'o''brien "ro" \ $$', 'loader']::name[], ARRAY['app:in', 'app:ro', 'app:rw', 'billing-eu.2:in', 'billing-eu.2:ro', 'billing-eu.2:rw']::name[]);
CALL pg_temp.have_role('administrator', 'system role');
ALTER ROLE "administrator" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:uzhu67N0QXAYXgLH+Da1mQ==$7ge3KBBIzWNf4oiYQHqVr06XSNQCVWDm4CpUtg8Pbc0=:ZRje54SKLaWlwEu8ucaPwBKYDE/ZwtDxRNL/DjWq86k=';
CALL pg_temp.have_role('administrator_b', 'second login');
ALTER ROLE "administrator_b" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:ehp14Fp9X5yKGFbxduDnzg==$nAohUZ1cv3+MR2y5pdcL7t+nwNGww9wIHYww/TUygNg=:EB7P/bPk+KT3cnyxdXO+tvF9OSivzDhxkDnrzTFrLQs=';
ALTER ROLE "administrator" NOSUPERUSER NOREPLICATION NOBYPASSRLS CREATEDB CREATEROLE;
CALL pg_temp.log_in_for('administrator_b', 'administrator');
CALL pg_temp.be_member('administrator', ARRAY['pg_monitor', 'pg_signal_backend', 'pg_checkpoint', 'pg_use_reserved_connections', 'pg_maintain', 'app', 'o''brien "ro" \ $$', 'loader']::name[], ARRAY[]::name[]);
CALL pg_temp.have_role('monitor', 'system role');
ALTER ROLE "monitor" LOGIN CONNECTION LIMIT 10 PASSWORD 'SCRAM-SHA-256$4096:o1iXmVnSYM2udDrvj4E15A==$zhQ1Rde1DK7qAEN6NWaPdDCJtvzc916MPog+zcfwQDI=:fTVo/VfFHMC4z4l5XqmqIYZ8Fn1IYXmDspniy7vUSmE=';
ALTER ROLE "monitor" NOSUPERUSER NOREPLICATION NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CALL pg_temp.be_member('monitor', ARRAY['pg_monitor']::name[], ARRAY[]::name[]);
COMMIT;
SELECT 'CREATE DATABASE "app" OWNER "app"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'app') \gexec
ALTER DATABASE "app" OWNER TO "app";
SELECT 'CREATE DATABASE "billing-eu.2" OWNER "app"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'billing-eu.2') \gexec
ALTER DATABASE "billing-eu.2" OWNER TO "app";
CREATE SCHEMA IF NOT EXISTS pgbouncer;
REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;
GRANT USAGE ON SCHEMA pgbouncer TO "pgbouncer", "pgbouncer_b";
CREATE OR REPLACE FUNCTION pgbouncer.user_lookup(wanted text, OUT usename name, OUT passwd text)
  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END
        FROM pg_authid
        WHERE rolname = wanted AND rolcanlogin AND NOT rolsuper AND NOT rolreplication $$;
REVOKE ALL ON FUNCTION pgbouncer.user_lookup(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgbouncer.user_lookup(text) TO "pgbouncer", "pgbouncer_b";
GRANT CONNECT ON DATABASE postgres TO "rewind", "rewind_b", "pgbouncer", "pgbouncer_b", "administrator", "monitor";
REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC;
REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC;
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') \gexec
\connect "template1"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
SET search_path = pg_catalog;
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') \gexec
GRANT CONNECT, TEMPORARY ON DATABASE "app" TO "app:in";
GRANT CONNECT ON DATABASE "app" TO "administrator", "monitor";
REVOKE CONNECT, TEMPORARY ON DATABASE "app" FROM PUBLIC;
\connect "app"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
SET search_path = pg_catalog;
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') \gexec
GRANT CONNECT, TEMPORARY ON DATABASE "billing-eu.2" TO "billing-eu.2:in";
GRANT CONNECT ON DATABASE "billing-eu.2" TO "administrator", "monitor";
REVOKE CONNECT, TEMPORARY ON DATABASE "billing-eu.2" FROM PUBLIC;
\connect "billing-eu.2"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
SET search_path = pg_catalog;
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC' WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') \gexec
\connect "postgres"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
SET search_path = pg_catalog;
CREATE TABLE IF NOT EXISTS hapg.state (object text PRIMARY KEY, state text);
BEGIN;
DELETE FROM hapg.state;
INSERT INTO hapg.state -- What the program has set of roles and databases: each object in words, and its state.
SELECT 'role ' || rolname || ': password', md5(coalesce(rolpassword, ''))
  FROM pg_catalog.pg_authid
  WHERE oid IN (SELECT role FROM hapg.roles WHERE kind <> 'group') OR rolname = 'postgres'
UNION ALL
SELECT 'role ' || rolname || ': login and connection limit', ARRAY[rolcanlogin::text, rolconnlimit::text]::text
  FROM pg_catalog.pg_authid JOIN hapg.roles ON role = oid
UNION ALL
SELECT 'role ' || rolname || ': attributes',
    ARRAY[rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls]::text
  FROM pg_catalog.pg_authid JOIN hapg.roles ON role = oid
  WHERE kind = 'system role'
UNION ALL
SELECT 'role ' || m.rolname || ': membership in ' || g.rolname,
    EXISTS (SELECT FROM pg_catalog.pg_auth_members AS a WHERE a.member = m.oid AND a.roleid = g.oid)::text
  FROM hapg.memberships AS noted
    JOIN pg_catalog.pg_authid AS m ON m.oid = noted.member JOIN pg_catalog.pg_authid AS g ON g.oid = noted.granted
UNION ALL
-- Each database that the program manages has a group of users, whose name is the database's with `:in`.
SELECT 'database ' || datname || ': owner', pg_catalog.pg_get_userbyid(datdba)
  FROM pg_catalog.pg_database JOIN pg_catalog.pg_authid ON rolname = datname || ':in'
    JOIN hapg.roles ON role = pg_authid.oid AND kind = 'group'
UNION ALL
SELECT 'database ' || datname || ': right to connect', ARRAY[
    has_database_privilege(rolname, pg_database.oid, 'CONNECT'),
    EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(datacl, pg_catalog.acldefault('d', datdba))) AS a
      WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT')]::text
  FROM pg_catalog.pg_database JOIN pg_catalog.pg_authid ON rolname = datname || ':in'
    JOIN hapg.roles ON role = pg_authid.oid AND kind = 'group'
;
COMMIT;
