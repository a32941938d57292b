\set ON_ERROR_STOP on
\set VERBOSITY terse
SET client_min_messages = 'warning';
SET statement_timeout = 0;
\connect "billing-eu.2"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/database.sql
CREATE SCHEMA IF NOT EXISTS "the ""archive""";
ALTER SCHEMA "the ""archive""" OWNER TO "loader";
CALL pg_temp.have_extension('uuid-ossp', 'databases.billing-eu.2.extensions');
CALL pg_temp.have_extension('postgis', 'databases.billing-eu.2.extensions');
GRANT CONNECT ON DATABASE "billing-eu.2" TO "billing-eu.2:ro";
GRANT USAGE ON SCHEMA "public" TO "billing-eu.2:ro";
CALL pg_temp.share('app', 'public', 'SELECT', 'TABLE', 'billing-eu.2:ro');
CALL pg_temp.share('app', 'public', 'SELECT', 'SEQUENCE', 'billing-eu.2:ro');
GRANT USAGE ON SCHEMA "the ""archive""" TO "billing-eu.2:ro";
CALL pg_temp.share('loader', 'the "archive"', 'SELECT', 'TABLE', 'billing-eu.2:ro');
CALL pg_temp.share('loader', 'the "archive"', 'SELECT', 'SEQUENCE', 'billing-eu.2:ro');
GRANT CONNECT ON DATABASE "billing-eu.2" TO "billing-eu.2:rw";
GRANT USAGE ON SCHEMA "public" TO "billing-eu.2:rw";
CALL pg_temp.share('app', 'public', 'SELECT, INSERT, UPDATE, DELETE', 'TABLE', 'billing-eu.2:rw');
CALL pg_temp.share('app', 'public', 'SELECT, USAGE, UPDATE', 'SEQUENCE', 'billing-eu.2:rw');
GRANT USAGE ON SCHEMA "the ""archive""" TO "billing-eu.2:rw";
CALL pg_temp.share('loader', 'the "archive"', 'SELECT, INSERT, UPDATE, DELETE', 'TABLE', 'billing-eu.2:rw');
CALL pg_temp.share('loader', 'the "archive"', 'SELECT, USAGE, UPDATE', 'SEQUENCE', 'billing-eu.2:rw');
\connect "postgres"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
CALL pg_temp.are_own(ARRAY['reports', 'it''s "1"']::name[]);
SELECT coalesce(array_agg(rolname ORDER BY kind DESC), '{}') AS dropped FROM hapg.roles JOIN pg_authid ON oid = role
  WHERE rolname = ANY (ARRAY['reports', 'it''s "1"']::name[]) OR kind = 'second login' AND rolname = ANY (ARRAY['reports_b', 'it''s "1"_b']::name[]) \gset
\set owned ''
\connect "postgres"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
SELECT concat_ws(', ', nullif(:'owned', ''), string_agg(format('"%s" owns %s', owner, object), ', ')) AS owned
  FROM pg_temp.owned_here(:'dropped') \gset
\connect "app"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
SELECT concat_ws(', ', nullif(:'owned', ''), string_agg(format('"%s" owns %s', owner, object), ', ')) AS owned
  FROM pg_temp.owned_here(:'dropped') \gset
\connect "billing-eu.2"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
SELECT concat_ws(', ', nullif(:'owned', ''), string_agg(format('"%s" owns %s', owner, object), ', ')) AS owned
  FROM pg_temp.owned_here(:'dropped') \gset
\connect "postgres"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
CALL pg_temp.may_be_dropped(:'dropped', ARRAY['postgres', 'app', 'billing-eu.2']::name[], :'owned');
\connect "postgres"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
CALL pg_temp.take_back(:'dropped');
\connect "app"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
CALL pg_temp.take_back(:'dropped');
\connect "billing-eu.2"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
CALL pg_temp.take_back(:'dropped');
\connect "postgres"
SET client_min_messages = 'warning';
SET statement_timeout = 0;
-- scripts/drop.sql
CALL pg_temp.drop_all(:'dropped');
