"""What a conflict of interest is like, and how often somebody opened the case before it was known."""

from django.db import migrations, models

from casework.models.walls import among, office_whatever_conflict, setting

NATURE = [
    ("myself", "Myself"),
    ("family", "Family, or a member of my household"),
    ("former_partner", "A partner or former partner"),
    ("friend", "A friend"),
    ("neighbour", "A neighbour"),
    ("colleague", "A colleague"),
    ("landlord", "A landlord, tenant or lodger"),
    ("other", "Another connection"),
]
LIKENESS = [("full", "Name and birth date agree"), ("name", "The name agrees; a birth date is not known")]
FIELDS = {
    "nature": models.CharField(
        blank=True, choices=NATURE, help_text="Of the connection, never with whom.", max_length=20, default=""
    ),
    "likeness": models.CharField(blank=True, choices=LIKENESS, help_text="Where it was found.", max_length=10, default=""),
}

# For those who may decide about the conflict, never for the person whom it concerns; counts and days, no event
READS = f"""
CREATE FUNCTION rt_reads_before(of_conflicts bigint[]) RETURNS TABLE (conflict_id bigint, times bigint, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, count(*), max(e.at)
      FROM casework_conflictofinterest c
      LEFT JOIN casework_case k ON k.id = c.case_id
      LEFT JOIN casework_referral r ON r.id = c.referral_id
      JOIN audit_auditevent e ON e.actor_id = c.user_id AND e.outcome = 'done' AND e.at < c.starts_at
       AND (k.reference = ANY (e.cases) OR e.details->'referrals' ? r.reference)
     WHERE c.id = ANY (of_conflicts) AND c.user_id <> {setting("user")}
       AND c.panel_id = {among("office_panels")}
       AND (c.case_id IS NULL OR {office_whatever_conflict("c.case_id")})
     GROUP BY c.id
$$;
REVOKE ALL ON FUNCTION rt_reads_before(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_reads_before(bigint[]) TO rt_app;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0017_grants")]
    operations = [
        *(
            migrations.AddField(model, name, field, preserve_default=False)
            for name, field in FIELDS.items()
            for model in ("conflictofinterest", "historicalconflictofinterest")
        ),
        migrations.RunSQL(READS, migrations.RunSQL.noop),
    ]
