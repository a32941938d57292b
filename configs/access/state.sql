-- What the program has set of roles and databases: each object in words, and its state.
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
