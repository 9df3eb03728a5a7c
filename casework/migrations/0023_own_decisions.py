"""An agency's own decision is read by that agency, those it shares with, and the office: its reasons may say what others must not know."""

from django.db import migrations

from casework.models.walls import among, live, not_kept_out, rewall, setting

OFFICE = f"@.panel_id = {among('office_panels')}"
MINE = f"@.agency_id = {setting('speaks_for')}"
RECEIVED = (
    "EXISTS (SELECT 1 FROM casework_decisionrecipient r WHERE r.decision_id = @.id "
    f"AND r.agency_id = {setting('speaks_for')} OFFSET 0)"
)
IN_CASE = f"(@.case_id IS NOT NULL AND {live('@.case_id', 3)} AND (@.kind NOT IN ('own', 'ad_hoc') OR {RECEIVED}))"
DECISION = (
    f"({OFFICE} OR @.decided_by_id = {setting('user')} OR {MINE} OR {IN_CASE}) "
    f"AND (@.case_id IS NULL OR {not_kept_out('@.case_id')})"
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0022_what_stays")]
    operations = [
        migrations.RunSQL(
            rewall("casework_disclosuredecision", "casework_historicaldisclosuredecision", DECISION),
            migrations.RunSQL.noop,
        )
    ]
