-- For servers that tests throw away, and for no other: a role that row-level security doesn't bind, so that a test can
-- show what the application's own scoping holds by itself. The start-up check refuses to serve where rt_app has it,
-- unless the settings excuse it by name.
SELECT 'CREATE ROLE rt_test_norls NOLOGIN BYPASSRLS'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rt_test_norls')
\gexec
GRANT rt_test_norls TO rt_app;
