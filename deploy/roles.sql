-- The database roles of Roundtable and its database. Run once by a superuser, with psql:
--
--     psql -v ON_ERROR_STOP=1 -f deploy/roles.sql postgres
--
-- It can be run again; it changes nothing that is right already. Give each role its password, or a certificate,
-- afterwards (`\password rt_app`); none is set here. Tables and their rights come from `manage.py migrate`.
--
--   rt_owner    owns the tables and runs the migrations. The application never serves as this role.
--   rt_app      answers requests. Row-level security binds it.
--   rt_system   does the background work under policies of its own. Row-level security binds it.
--   rt_auditor  reads the audit, nothing else.
--   rt_backup   reads everything for pg_dump, writes nothing.
--
-- INHERIT for the owner: on PostgreSQL 15 a NOINHERIT database owner may not create tables; and for the backup, because
-- pg_dump uses what its membership of pg_read_all_data gives without saying so. NOINHERIT for the others: should one
-- ever be made a member of a stronger role, it still has to say so before it can use it.

SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['rt_owner', 'rt_app', 'rt_system', 'rt_auditor', 'rt_backup']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE rt_owner   LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB   INHERIT;
ALTER ROLE rt_app     LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOINHERIT;
ALTER ROLE rt_system  LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOINHERIT;
ALTER ROLE rt_auditor LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOINHERIT;
ALTER ROLE rt_backup  LOGIN NOSUPERUSER BYPASSRLS   NOCREATEROLE NOCREATEDB INHERIT;
GRANT pg_read_all_data TO rt_backup;

SELECT 'CREATE DATABASE roundtable OWNER rt_owner ENCODING ''UTF8'' TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'roundtable')
\gexec

REVOKE ALL ON DATABASE roundtable FROM PUBLIC;
GRANT CONNECT ON DATABASE roundtable TO rt_app, rt_system, rt_auditor, rt_backup;
