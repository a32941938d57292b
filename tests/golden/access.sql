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
ALTER ROLE "postgres" PASSWORD 'SCRAM-SHA-256$4096:N5y8JnFrQUSKYJZa8JDYbA==$4pI/fVPlpOzGY5nWCO9+31g8KKLhL8cKKijoaMcyGqQ=:GN7ciRKd6dafp/KP9pjdnsAMmmXAoIWd44QUFRSQu84=';
CALL pg_temp.have_role('replicator', 'role');
ALTER ROLE "replicator" LOGIN REPLICATION PASSWORD 'SCRAM-SHA-256$4096:II0Bpft1LWcfBczP96n0wA==$j1vhX51pOaBzG/i9/zrfVLU90hXpH2GX8R0BSj2XMTE=:GWOh0d/D9QzUAFgLx/IqOKCDZkmdNCu+khKSNoK/WsU=';
CALL pg_temp.have_role('rewind', 'role');
ALTER ROLE "rewind" LOGIN PASSWORD 'SCRAM-SHA-256$4096:6HBR22wjsjY8rzAeJ8GDfA==$56qNqYUj7dK3vFIfrf+4ltBC0yWuev6sbM5ou+GBLTk=:4Z9ZMwxM7sI1RKfLaXeCSHOqZly6VystE+YGq1noYb8=';
GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean) TO "rewind";
GRANT EXECUTE ON FUNCTION pg_stat_file(text, boolean) TO "rewind";
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO "rewind";
GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean) TO "rewind";
CALL pg_temp.have_role('pgbouncer', 'role');
ALTER ROLE "pgbouncer" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:+9oitPa8V+YkEVFhEnQRzA==$O+z7bERa9rAvJMW7ZH1oSng+q8GZISKOaY4OugxVmfA=:GiQS4GmpkAl9HP1ZMRUlqRAfCvkhQ6hVi8BHQodfuaE=';
CALL pg_temp.have_role('app:in', 'group');
CALL pg_temp.have_role('app', 'role');
ALTER ROLE "app" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:kvkyQooP5JXQB8bmXnJ0GQ==$S8GU9ZfQ8fWAPOLHJlzPe0E/Gecm+zLTwBQYDIjFNGI=:G4I9PJFizkKyGQ+33GIkKZ7H44UdkLguRffXnwDkKCA=';
CALL pg_temp.be_member('app', ARRAY[]::name[], ARRAY['app:in', 'app:ro', 'app:rw']::name[]);
CALL pg_temp.keep_logins(ARRAY['replicator', 'rewind', 'pgbouncer', 'administrator', 'monitor', 'app']::name[], ARRAY['app:in', 'app:ro', 'app:rw']::name[]);
CALL pg_temp.have_role('administrator', 'system role');
ALTER ROLE "administrator" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:uzhu67N0QXAYXgLH+Da1mQ==$7ge3KBBIzWNf4oiYQHqVr06XSNQCVWDm4CpUtg8Pbc0=:ZRje54SKLaWlwEu8ucaPwBKYDE/ZwtDxRNL/DjWq86k=';
ALTER ROLE "administrator" NOSUPERUSER NOREPLICATION NOBYPASSRLS CREATEDB CREATEROLE;
CALL pg_temp.be_member('administrator', ARRAY['pg_monitor', 'pg_signal_backend', 'pg_checkpoint', 'pg_use_reserved_connections', 'pg_maintain', 'app']::name[], ARRAY[]::name[]);
CALL pg_temp.have_role('monitor', 'system role');
ALTER ROLE "monitor" LOGIN CONNECTION LIMIT 10 PASSWORD 'SCRAM-SHA-256$4096:o1iXmVnSYM2udDrvj4E15A==$zhQ1Rde1DK7qAEN6NWaPdDCJtvzc916MPog+zcfwQDI=:fTVo/VfFHMC4z4l5XqmqIYZ8Fn1IYXmDspniy7vUSmE=';
ALTER ROLE "monitor" NOSUPERUSER NOREPLICATION NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CALL pg_temp.be_member('monitor', ARRAY['pg_monitor']::name[], ARRAY[]::name[]);
COMMIT;
SELECT 'CREATE DATABASE "app" OWNER "app"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'app') \gexec
ALTER DATABASE "app" OWNER TO "app";
CREATE SCHEMA IF NOT EXISTS pgbouncer;
REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;
GRANT USAGE ON SCHEMA pgbouncer TO "pgbouncer";
CREATE OR REPLACE FUNCTION pgbouncer.user_lookup(wanted text, OUT usename name, OUT passwd text)
  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END
        FROM pg_authid
        WHERE rolname = wanted AND rolcanlogin AND NOT rolsuper AND NOT rolreplication $$;
REVOKE ALL ON FUNCTION pgbouncer.user_lookup(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgbouncer.user_lookup(text) TO "pgbouncer";
GRANT CONNECT ON DATABASE postgres TO "rewind", "pgbouncer", "administrator", "monitor";
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
