"""Row-level security and history for the decisions about reports."""

from django.db import migrations

from casework.models.walls import bound

OF_REPORT = "EXISTS (SELECT 1 FROM casework_report r WHERE r.id = @.report_id OFFSET 0)"


class Migration(migrations.Migration):
    dependencies = [("asbpanel", "0003_triage")]
    operations = [
        migrations.RunSQL(
            bound("asbpanel_triage", "asbpanel_historicaltriage", OF_REPORT, case_column=None), migrations.RunSQL.noop
        )
    ]
