\set ON_ERROR_STOP on
\set VERBOSITY terse
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
ALTER ROLE "postgres" PASSWORD 'SCRAM-SHA-256$4096:1EgeW3Z/AGVdimfVHG/k9Q==$4W9mruMNGuxQa1wHhYNpK10nwZOSWnzhgFBdX9+8tNU=:1tHI00sZoxeyr8egh1AY/39Wnpe7uCvRo0HNSm3scRQ=';
ALTER ROLE "replicator" PASSWORD 'SCRAM-SHA-256$4096:887AlQHbKuMscPgMlRz84g==$ND/WefTVzRTv9jA5q9TaKJKSxz9Po9Dp8i0kv2nhzUA=:7ZZN7YM7qOwyZoLT6F83dE7JywnFJRcm12l2alS0+Oc=';
SELECT 'CREATE ROLE "pgbouncer"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgbouncer') \gexec
ALTER ROLE "pgbouncer" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:7jN1aOEWW3rn9AyQ6qgw4Q==$qUxSpRaGXDeuxkBd1TYY98WMw8lrknaTFg66TwK7p1U=:+smJTYieh8k23+w4NjuUKgPpUkm0fPjzOzqFJl32i9c=';
SELECT 'CREATE ROLE "app"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \gexec
ALTER ROLE "app" LOGIN CONNECTION LIMIT -1 PASSWORD 'SCRAM-SHA-256$4096:lu5LASUfcnliXPK68o91HA==$TcNjePNwjr1rUMFzkuCU9+rJYisI/cnbGtMeqxLw+bE=:Znou8mjcGkwQsDgTkAl67ZTFDpu44ycxQqgWkW/wFTw=';
SELECT 'CREATE ROLE "o''brien ""ro"" \ $$"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'o''brien "ro" \ $$') \gexec
ALTER ROLE "o'brien ""ro"" \ $$" LOGIN CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:OTzexYBZvDU/oX+pa6JapA==$Bwd3EeqBXV0l8MMDNTKweJCC3+2SnB4PdGuMr+QgWL0=:lN6diVYc19M27/84lE+UgbnjIsRxb2P35/84o6Rty6Q=';
SELECT 'CREATE DATABASE "app" OWNER "app"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'app') \gexec
ALTER DATABASE "app" OWNER TO "app";
SELECT 'CREATE DATABASE "it''s ""1"" \ $$" OWNER "o''brien ""ro"" \ $$"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'it''s "1" \ $$') \gexec
ALTER DATABASE "it's ""1"" \ $$" OWNER TO "o'brien ""ro"" \ $$";
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
