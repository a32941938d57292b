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
COMMIT;
