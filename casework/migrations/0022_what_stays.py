"""Nothing is deleted under emergency access, a decision keeps its recipients, and two things leave no trace behind.

The past of a conflict of interest is not read by whom it concerns; an emergency access to a case that was sealed since, by no
office but its readers'.
"""

from django.db import migrations

from casework.models.walls import (
    among, lasting, no_conflict, not_kept_out, office_whatever_conflict, referral_seen, setting,
)  # fmt: skip

ME = setting("user")

# Words and digests of people go with who may write them, and emergency access writes nothing
WRITTEN = (
    f"((@.case_id IS NOT NULL AND {lasting('@.case_id', 1)}) OR (@.referral_id IS NOT NULL AND {referral_seen()}))"
)
FORGOTTEN = "".join(
    f"ALTER POLICY forgotten ON {table} USING ({WRITTEN.replace('@', table)});\n"
    for table in ("casework_partytoken", "casework_partyword")
)

# A decision freezes with everybody to whom it lets something go
RECIPIENTS = "REVOKE UPDATE ON casework_decisionrecipient FROM rt_app;\n"

# The table itself has to be asked about her own conflicts; its history has not
PAST = "casework_historicalconflictofinterest"
OF_PANEL = (
    f"@.panel_id = {among('office_panels')} AND @.user_id <> {ME} "
    f"AND (@.case_id IS NULL OR {office_whatever_conflict('@.case_id')})"
).replace("@", PAST)
CONFLICTS = f"ALTER POLICY seen ON {PAST} USING ({OF_PANEL});\n"

EMERGENCY = "casework_emergencyaccess"


def _accesses(table: str) -> str:
    """Whose own it is, the governance leads without a conflict, and the office of the panel as far as it is not kept out."""
    return (
        f"@.user_id = {ME} OR (@.partnership_id = {setting('governs')} AND (@.case_id IS NULL OR {no_conflict('@.case_id')})) "
        f"OR (@.panel_id = {among('office_panels')} AND {not_kept_out('@.case_id')})"
    ).replace("@", table)


ACCESSES = f"""
ALTER POLICY seen ON {EMERGENCY} USING ({_accesses(EMERGENCY)});
ALTER POLICY changed ON {EMERGENCY} USING ({_accesses(EMERGENCY)});
ALTER POLICY seen ON casework_historicalemergencyaccess USING ({_accesses("casework_historicalemergencyaccess")});
CREATE OR REPLACE FUNCTION rt_emergency_reads(of_accesses bigint[]) RETURNS TABLE (access_id bigint, case_reference text, pages bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, k.reference, count(e.id)
      FROM casework_emergencyaccess a
      JOIN casework_case k ON k.id = a.case_id
      LEFT JOIN audit_auditevent e ON e.actor_id = a.user_id AND e.name = 'page.read' AND e.at >= a.made_at
       AND e.details->>'emergency' = a.reference
     WHERE a.id = ANY (of_accesses) AND ({_accesses("a")})
     GROUP BY a.id, k.reference
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0021_search_pairs")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (FORGOTTEN, RECIPIENTS, CONFLICTS, ACCESSES)
    ]
