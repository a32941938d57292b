-- What the program has made is noted in the database itself: with the data it survives failovers and the
-- loss of the stack's state. Roles are noted by their OID, so that one that somebody makes later under
-- the same name is not taken for it. A comment on the role would have to share its text with other comments.
CREATE SCHEMA IF NOT EXISTS hapg;
COMMENT ON SCHEMA hapg IS 'Roles and memberships that the stack file of hapg has made. Others are never changed.';
CREATE TABLE IF NOT EXISTS hapg.roles (role oid PRIMARY KEY, kind text NOT NULL);
CREATE TABLE IF NOT EXISTS hapg.memberships (member oid, granted oid, PRIMARY KEY (member, granted));
DELETE FROM hapg.roles WHERE role NOT IN (SELECT oid FROM pg_authid);
DELETE FROM hapg.memberships
  WHERE member NOT IN (SELECT oid FROM pg_authid) OR granted NOT IN (SELECT oid FROM pg_authid);

-- Makes a role and notes it. A role that is there already becomes the program's own only if the stack file names it.
CREATE PROCEDURE pg_temp.have_role(wanted name, wanted_kind text) LANGUAGE plpgsql AS $$
DECLARE
  existing oid := (SELECT oid FROM pg_authid WHERE rolname = wanted);
  noted text := (SELECT kind FROM hapg.roles WHERE role = existing);
BEGIN
  IF existing IS NULL THEN
    EXECUTE format('CREATE ROLE %I', wanted);
    existing := (SELECT oid FROM pg_authid WHERE rolname = wanted);
  ELSIF wanted_kind = 'role' AND noted <> 'role' THEN
    RAISE EXCEPTION 'roles: "%" is a % of another role; choose another name or drop it first', wanted, noted;
  ELSIF wanted_kind <> 'role' AND noted IS DISTINCT FROM wanted_kind THEN
    RAISE EXCEPTION 'roles: the name "%" is needed for a %, and a role of another kind has it; rename that one', wanted, wanted_kind;
  END IF;
  INSERT INTO hapg.roles VALUES (existing, wanted_kind) ON CONFLICT DO NOTHING;
END $$;

-- Gives a second login what PostgreSQL looks up for the name that logs in: membership alone brings neither
-- settings (ALTER ROLE ... SET) nor the right to replicate. Whoever logs in, objects belong to the role.
CREATE PROCEDURE pg_temp.log_in_for(second name, first name) LANGUAGE plpgsql AS $$
DECLARE
  setting record;
BEGIN
  EXECUTE format('GRANT %I TO %I', first, second);
  EXECUTE format('ALTER ROLE %I %s', second,
    (SELECT CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END FROM pg_authid WHERE rolname = first));
  EXECUTE format('ALTER ROLE %I RESET ALL', second);
  FOR setting IN
    SELECT datname FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
      WHERE setrole = (SELECT oid FROM pg_authid WHERE rolname = second)
  LOOP
    EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', second, setting.datname);
  END LOOP;
  FOR setting IN
    SELECT datname, split_part(pair, '=', 1) AS parameter, substr(pair, strpos(pair, '=') + 1) AS value
      FROM pg_db_role_setting LEFT JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS pair
      WHERE setrole = (SELECT oid FROM pg_authid WHERE rolname = first) AND pair NOT LIKE 'role=%'
  LOOP
    CALL pg_temp.set_for(second, setting.datname, setting.parameter, setting.value);
  END LOOP;
  EXECUTE format('ALTER ROLE %I SET role = %L', second, first);
END $$;

-- ALTER ROLE ... SET for a value as the catalog has it. In_database is null for all databases.
CREATE PROCEDURE pg_temp.set_for(role name, in_database name, parameter text, value text) LANGUAGE plpgsql AS $$
DECLARE
  target text := format('ALTER ROLE %I', role)
    || CASE WHEN in_database IS NULL THEN '' ELSE format(' IN DATABASE %I', in_database) END;
  quoted text := (SELECT string_agg(quote_ident(part), '.') FROM unnest(string_to_array(parameter, '.')) AS part);
BEGIN
  IF parameter IN ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries') THEN
    -- A list of names: as one text it would be one name.
    PERFORM set_config(parameter, value, true);
    EXECUTE format('%s SET %s FROM CURRENT', target, quoted);
  ELSE
    EXECUTE format('%s SET %s = %L', target, quoted, value);
  END IF;
END $$;

-- Makes a role a member of what the stack file says. Of the memberships that are the stack file's affair, those
-- that the program itself has granted are taken back when they are no longer wanted, and no others.
CREATE PROCEDURE pg_temp.be_member(of_role name, wanted name[], groups name[]) LANGUAGE plpgsql AS $$
DECLARE
  member_oid oid := (SELECT oid FROM pg_authid WHERE rolname = of_role);
  granted_role name;
BEGIN
  FOR granted_role IN
    SELECT rolname FROM hapg.memberships JOIN pg_authid ON pg_authid.oid = granted
      WHERE member = member_oid AND rolname <> ALL (wanted) AND (rolname LIKE 'pg\_%' OR rolname = ANY (groups))
  LOOP
    EXECUTE format('REVOKE %I FROM %I', granted_role, of_role);
    DELETE FROM hapg.memberships USING pg_authid
      WHERE member = member_oid AND granted = pg_authid.oid AND rolname = granted_role;
  END LOOP;
  FOREACH granted_role IN ARRAY wanted LOOP
    EXECUTE format('GRANT %I TO %I', granted_role, of_role);
    INSERT INTO hapg.memberships SELECT member_oid, oid FROM pg_authid WHERE rolname = granted_role
      ON CONFLICT DO NOTHING;
  END LOOP;
END $$;

-- Takes the login, and what the stack file has granted, from the program's roles that the stack file no longer names.
CREATE PROCEDURE pg_temp.keep_logins(wanted name[], groups name[]) LANGUAGE plpgsql AS $$
DECLARE
  left_role name;
BEGIN
  FOR left_role IN
    SELECT rolname FROM hapg.roles JOIN pg_authid ON oid = role
      WHERE kind IN ('role', 'second login') AND rolname <> ALL (wanted)
  LOOP
    EXECUTE format('ALTER ROLE %I NOLOGIN', left_role);
    CALL pg_temp.be_member(left_role, '{}', groups);
  END LOOP;
END $$;
