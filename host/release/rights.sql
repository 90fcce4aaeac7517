-- What the app may do that does not own its data: read and write all that "app" has, by the role app_data. Extensions'
-- own things stay closed: some of them act as the superuser. Run again, it finds nothing to do. Sets :acts, the role that
-- the app acts as, and answers "owner" and why, where it could not go on as app_data.
SET client_min_messages = warning;
SET lock_timeout = '2s';
GRANT app_data, pg_signal_backend TO app; -- what app_data makes is app's too; a migration ends what a dead one has left
SELECT CASE WHEN current_setting('server_version_num')::int >= 170000 THEN ', MAINTAIN' ELSE '' END AS maintain \gset
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
WITH own AS (
  SELECT c.oid, relkind, relacl FROM pg_class c WHERE relowner = 'app'::regrole AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
)
SELECT format('GRANT %s ON %s TO app_data', CASE relkind WHEN 'S' THEN 'USAGE, SELECT, UPDATE' ELSE 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE' || :'maintain' END,
  CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || oid::regclass) FROM own
WHERE (SELECT count(*) FROM aclexplode(relacl) WHERE grantee = 'app_data'::regrole)
  < CASE relkind WHEN 'S' THEN 3 ELSE 5 + (:'maintain' <> '')::int END \gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO app_data', nspname) FROM pg_namespace n
WHERE (nspowner = 'app'::regrole OR nspname = 'public') AND NOT has_schema_privilege('app_data', n.oid, 'USAGE') \gexec
SELECT format('GRANT EXECUTE ON ROUTINE %s TO app_data', p.oid::regprocedure) FROM pg_proc p
WHERE proowner = 'app'::regrole AND NOT has_function_privilege('app_data', p.oid, 'EXECUTE')
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e') \gexec
SELECT format('ALTER LARGE OBJECT %s OWNER TO app_data', oid) FROM pg_largeobject_metadata WHERE lomowner = 'app'::regrole \gexec
ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE :maintain ON TABLES TO app_data;
ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO app_data;
ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT EXECUTE ON ROUTINES TO app_data;
ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT USAGE ON SCHEMAS TO app_data;
SELECT CASE
  WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'app' AND rolcreaterole) OR EXISTS (SELECT FROM pg_auth_members
    WHERE member = 'app'::regrole AND roleid >= 16384 AND roleid <> 'app_data'::regrole) THEN 'it acts as roles that it has made'
  WHEN EXISTS (SELECT FROM pg_database WHERE datdba = 'app'::regrole AND datname <> 'app') THEN 'it has more than one database'
  WHEN EXISTS (SELECT FROM pg_class WHERE relowner = 'app'::regrole AND relrowsecurity) THEN 'row security holds for others than the owner'
  ELSE '' END AS why \gset
SELECT CASE :'why' WHEN '' THEN 'app_data' ELSE 'app' END AS acts \gset
SELECT 'owner ' || :'why' WHERE :'why' <> '';
