-- Gives what the superuser owns of one database to the role :owner. Whatever Postgres itself, or an extension, has
-- brought stays where it is. Run again, it finds nothing to do.
SET client_min_messages = warning;
SET lock_timeout = '2s'; -- whoever uses the database meanwhile is not kept waiting for longer
WITH owned (class, object) AS (
  SELECT 'pg_class'::regclass, oid FROM pg_class c WHERE relowner = 10 AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid
      AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND c.relkind = 'S') -- it goes with its table
  UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t LEFT JOIN pg_class c ON c.oid = typrelid
    WHERE typowner = 10 AND (typtype IN ('d', 'e', 'r') OR c.relkind = 'c')
  UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE proowner = 10
  UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspowner = 10 AND nspname !~ '^pg_'
  UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprowner = 10
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE opcowner = 10
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE opfowner = 10
  UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE collowner = 10
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE cfgowner = 10
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE dictowner = 10
  UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxowner = 10
  UNION ALL SELECT 'pg_largeobject'::regclass, oid FROM pg_largeobject_metadata WHERE lomowner = 10
)
SELECT format('ALTER %s %s OWNER TO %I', replace(type, ' object', CASE type WHEN 'large object' THEN ' object' ELSE '' END), identity, :'owner')
FROM owned, pg_identify_object(class, object, 0)
WHERE object >= 16384 -- all that Postgres was made with is below
  AND (schema ~ '^pg_temp_') IS NOT TRUE -- nobody may alter what is temporary in another session, and it ends with it
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = class AND objid = object AND deptype = 'e')
\gexec
