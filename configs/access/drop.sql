SET search_path = pg_catalog;

-- What roles own in this database and, asked in the database postgres, of what belongs to no database: twenty of
-- them, which is enough to start with. Default privileges are no loss.
CREATE FUNCTION pg_temp.owned_here(roles name[]) RETURNS TABLE (owner name, object text) LANGUAGE sql AS $$
  SELECT rolname, pg_describe_object(classid, objid, objsubid)
    || CASE dbid WHEN 0 THEN '' ELSE ' in database ' || current_database() END
  FROM pg_shdepend JOIN pg_authid ON pg_authid.oid = refobjid
  WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND classid <> 'pg_default_acl'::regclass
    AND rolname = ANY (roles)
    AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      OR dbid = 0 AND current_database() = 'postgres')
  LIMIT 20
$$;

-- Refuses roles that the program has not made.
CREATE PROCEDURE pg_temp.are_own(roles name[]) LANGUAGE plpgsql AS $$
DECLARE
  foreign_roles text := (
    SELECT string_agg(format('"%s"', rolname), ', ') FROM pg_authid
    WHERE rolname = ANY (roles) AND oid NOT IN (SELECT role FROM hapg.roles));
BEGIN
  IF foreign_roles IS NOT NULL THEN
    RAISE EXCEPTION 'roles: to be dropped, but the program has not made %; drop what was made by hand by hand', foreign_roles;
  END IF;
END $$;

-- Refuses before anything is changed. Owned is what was found that the roles own, if anything.
CREATE PROCEDURE pg_temp.may_be_dropped(roles name[], databases name[], owned text) LANGUAGE plpgsql AS $$
DECLARE
  elsewhere text := (
    SELECT string_agg(DISTINCT format('"%s" in database %s', rolname, datname), ', ')
    FROM pg_shdepend JOIN pg_authid ON pg_authid.oid = refobjid JOIN pg_database ON pg_database.oid = dbid
    WHERE refclassid = 'pg_authid'::regclass AND rolname = ANY (roles) AND datname <> ALL (databases));
BEGIN
  IF owned <> '' THEN
    RAISE EXCEPTION 'roles: to be dropped, but %; drop that or give it to another role (REASSIGN OWNED) first', owned;
  END IF;
  IF elsewhere IS NOT NULL THEN
    RAISE EXCEPTION 'roles: to be dropped, but something belongs to or was granted to %, which the stack file does not '
      'name; see to it there (DROP OWNED) first', elsewhere;
  END IF;
END $$;

-- Takes back every right that roles have here. If they owned something, DROP OWNED would drop it.
CREATE PROCEDURE pg_temp.take_back(roles name[]) LANGUAGE plpgsql AS $$
DECLARE
  role name;
BEGIN
  IF EXISTS (SELECT FROM pg_temp.owned_here(roles)) THEN
    RAISE EXCEPTION 'roles: one that is to be dropped has just got an object in database %; run the update again',
      current_database();
  END IF;
  FOREACH role IN ARRAY roles LOOP
    EXECUTE format('DROP OWNED BY %I', role);
  END LOOP;
END $$;

CREATE PROCEDURE pg_temp.drop_all(roles name[]) LANGUAGE plpgsql AS $$
DECLARE
  role name;
BEGIN
  FOREACH role IN ARRAY roles LOOP
    EXECUTE format('DROP ROLE %I', role);
  END LOOP;
END $$;
