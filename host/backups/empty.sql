-- Drops what the app has made of its database, in the transaction that has begun: what is loaded then meets nothing that
-- it does not know of, such as a table that refers to one of its own. Extensions stay.
SET LOCAL client_min_messages = error; -- pg_restore begins the transaction again
SET LOCAL lock_timeout = '30s'; -- while it waits, the app does
DO $$
DECLARE
  command text;
BEGIN
  FOR command IN
    WITH mine (place, class, object, kind, name) AS (
      SELECT 1, 'pg_class'::regclass, c.oid, CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END,
          format('%I.%I', nspname, relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relowner = 'app'::regrole AND relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_'
      UNION ALL SELECT 2, 'pg_class'::regclass, c.oid, 'SEQUENCE', format('%I.%I', nspname, relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relowner = 'app'::regrole AND relkind = 'S' AND nspname !~ '^pg_'
      UNION ALL SELECT 3, 'pg_proc'::regclass, p.oid, 'ROUTINE', format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid))
        FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE proowner = 'app'::regrole AND nspname !~ '^pg_'
      UNION ALL SELECT 4, 'pg_type'::regclass, t.oid, 'TYPE', format('%I.%I', nspname, typname)
        FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
        WHERE typowner = 'app'::regrole AND (typtype IN ('d', 'e', 'r') OR c.relkind = 'c') AND nspname !~ '^pg_'
      UNION ALL SELECT 5, 'pg_namespace'::regclass, oid, 'SCHEMA', format('%I', nspname)
        FROM pg_namespace WHERE nspowner = 'app'::regrole AND nspname !~ '^pg_' AND nspname <> 'public'
    )
    SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) FROM mine
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = class AND objid = object AND deptype = 'e') ORDER BY place
  LOOP
    EXECUTE command;
  END LOOP;
  PERFORM lo_unlink(oid) FROM pg_largeobject_metadata WHERE pg_has_role(lomowner, 'USAGE'); -- app_data's, too
END
$$;
