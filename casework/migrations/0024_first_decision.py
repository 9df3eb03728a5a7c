"""Who opens a case decides before the case is there: its decision may come before its row, as its grants may."""

from django.db import migrations

from casework.models.walls import among, lasting, not_kept_out, setting, writers

DECIDES = (
    f"@.decided_by_id = {setting('user')} AND (@.case_id IS NULL OR {lasting('@.case_id', 3)} "
    f"OR (@.panel_id = {among('office_panels')} AND {not_kept_out('@.case_id')}) OR rt_may_share(@.case_id))"
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0023_own_decisions")]
    operations = [
        migrations.RunSQL(writers("casework_disclosuredecision", made=DECIDES), migrations.RunSQL.noop)
    ]
