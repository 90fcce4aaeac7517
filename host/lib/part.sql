-- Makes two roles of the superuser "app", in the transaction that has begun: "onebox", the superuser, which has no
-- password and so is there on the server's own socket only, and "app", until now "onebox_app", which owns the app's
-- databases and no more. Sessions go on as what they began as.
ALTER ROLE app RENAME TO onebox;
ALTER ROLE onebox_app RENAME TO app;
SELECT format('ALTER ROLE app LOGIN PASSWORD %L', rolpassword) FROM pg_authid WHERE rolname = 'onebox' \gexec
ALTER ROLE onebox PASSWORD NULL;
UPDATE pg_db_role_setting SET setrole = 'app'::regrole WHERE setrole = 'onebox'::regrole; -- what ALTER ROLE app SET has said
SELECT format('ALTER DATABASE %I OWNER TO app', datname) FROM pg_database
WHERE datdba = 'onebox'::regrole AND oid >= 16384 \gexec
COMMIT;
