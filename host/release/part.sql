-- Makes two roles of the superuser "app", in the transaction that has begun: "onebox", the superuser, which has no
-- password and so is there on the server's own socket only, and "app", until now "onebox_app", which owns the app's
-- databases and no more. Sessions go on as what they began as.
ALTER ROLE app RENAME TO onebox;
ALTER ROLE onebox_app RENAME TO app;
SELECT format('ALTER ROLE app LOGIN PASSWORD %L', rolpassword) FROM pg_authid WHERE rolname = 'onebox' \gexec
ALTER ROLE onebox PASSWORD NULL;
UPDATE pg_db_role_setting SET setrole = 'app'::regrole WHERE setrole = 'onebox'::regrole; -- what ALTER ROLE app SET has said
SELECT format('REVOKE onebox FROM %1$s; GRANT app TO %1$s', member::regrole) FROM pg_auth_members WHERE roleid = 'onebox'::regrole \gexec
-- What has made roles goes on making them, and acts as them by SET ROLE; by none of them is it the superuser again.
SELECT format('ALTER ROLE app CREATEROLE; GRANT %I TO app WITH ADMIN OPTION', rolname) FROM pg_roles r WHERE oid >= 16384 AND NOT EXISTS (SELECT FROM pg_roles p
  WHERE (p.rolsuper OR p.rolname = 'app' OR p.rolname ~ '^pg_.*_server_') AND pg_has_role(r.oid, p.oid, 'MEMBER')) \gexec
-- What it gave others, beforehand, of all that it would make in this database.
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE app %s GRANT %s ON %s TO %s', 'IN SCHEMA ' || nullif(defaclnamespace, 0)::regnamespace,
  privilege_type, CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END,
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
FROM pg_default_acl, aclexplode(defaclacl) WHERE defaclrole = 'onebox'::regrole AND grantee <> 'onebox'::regrole \gexec
SELECT 'ALTER ROLE app CREATEDB' FROM pg_database WHERE datdba = 'onebox'::regrole AND oid >= 16384 AND datname <> 'app' LIMIT 1 \gexec
SELECT format('ALTER DATABASE %I OWNER TO app', datname) FROM pg_database
WHERE datdba = 'onebox'::regrole AND oid >= 16384 \gexec
COMMIT;
