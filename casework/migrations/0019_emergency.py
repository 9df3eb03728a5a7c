"""Emergency access is reviewed by others alone and its readings are counted; whom a conflict keeps out is known to who reads the whole case."""

from django.db import migrations

from casework.models.walls import among, no_conflict, setting

ME = setting("user")
T = "casework_emergencyaccess"

# The person herself says that it is over and nothing else; a finding is somebody else's
LOOKS_AFTER = f"@.user_id <> {ME} AND @.partnership_id = {setting('governs')} AND (@.case_id IS NULL OR {no_conflict('@.case_id')})"
CHANGED = f"(@.user_id = {ME} AND @.reviewed_by_id IS NULL) OR ({LOOKS_AFTER} AND @.reviewed_by_id = {ME})".replace(
    "@", T
)
REVIEW = f"ALTER POLICY changed ON {T} WITH CHECK ({CHANGED});\n"

# Which case each opened, and how many pages were read under it, for those who see the access: a reference and a count, no case
READS = f"""
CREATE FUNCTION rt_emergency_reads(of_accesses bigint[]) RETURNS TABLE (access_id bigint, case_reference text, pages bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, k.reference, count(e.id)
      FROM casework_emergencyaccess a
      JOIN casework_case k ON k.id = a.case_id
      LEFT JOIN audit_auditevent e ON e.actor_id = a.user_id AND e.name = 'page.read' AND e.at >= a.made_at
       AND e.details->>'emergency' = a.reference
     WHERE a.id = ANY (of_accesses)
       AND (a.user_id = {ME} OR a.partnership_id = {setting("governs")} OR a.panel_id = {among("office_panels")})
       AND (a.user_id = {ME} OR {no_conflict("a.case_id")})
     GROUP BY a.id, k.reference
$$;
REVOKE ALL ON FUNCTION rt_emergency_reads(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_emergency_reads(bigint[]) TO rt_app;
"""

# For who reads the whole case: whom a conflict keeps out of it, so that nobody is shown as a reader who is none
KEPT_OUT = f"""
CREATE FUNCTION rt_kept_out(of_case bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.user_id FROM casework_conflictofinterest c
     WHERE c.case_id = of_case AND c.user_id <> {ME} AND rt_sees(of_case)
       AND c.starts_at <= statement_timestamp() AND (c.ends_at IS NULL OR c.ends_at > statement_timestamp())
$$;
REVOKE ALL ON FUNCTION rt_kept_out(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_kept_out(bigint) TO rt_app;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0018_kept_out")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (REVIEW, READS, KEPT_OUT)]
