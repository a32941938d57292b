-- Nothing but the system's own: whoever may make objects in this database must not get a superuser to call them.
SET search_path = pg_catalog;

CREATE PROCEDURE pg_temp.have_extension(wanted name, in_settings text) LANGUAGE plpgsql AS $$
DECLARE
  -- What an extension needs is its own affair: a new version may need more.
  statement text := format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', wanted);
BEGIN
  IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = wanted) THEN
    RAISE EXCEPTION '%: the members do not have "%"; name the package that has it in postgres.packages',
      in_settings, wanted;
  END IF;
  -- Where the application's own objects are; an extension that insists on a schema gets that one.
  SET LOCAL search_path = public;
  EXECUTE statement;
END $$;

-- Grants rights on the tables or sequences that a role owns in a schema.
CREATE PROCEDURE pg_temp.share(owner name, schema name, privileges text, object_type text, grantee name)
LANGUAGE plpgsql AS $$
DECLARE
  object name;
BEGIN
  -- Future ones first: in between, none is missed.
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON %sS TO %I',
    owner, schema, privileges, object_type, grantee);
  FOR object IN
    SELECT relname FROM pg_class
      WHERE relowner = (SELECT oid FROM pg_authid WHERE rolname = owner)
        AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = schema)
        AND CASE object_type WHEN 'SEQUENCE' THEN relkind = 'S' ELSE relkind IN ('r', 'p', 'v', 'm', 'f') END
  LOOP
    EXECUTE format('GRANT %s ON %s %I.%I TO %I', privileges, object_type, schema, object, grantee);
  END LOOP;
END $$;
