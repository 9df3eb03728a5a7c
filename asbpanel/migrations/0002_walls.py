"""Row-level security and history for the ASB panel's own tables."""

from django.db import migrations

from casework.models.walls import bound, live


class Migration(migrations.Migration):
    dependencies = [("asbpanel", "0001_initial"), ("casework", "0003_walls")]
    operations = [
        migrations.RunSQL(bound("asbpanel_asbcase", "asbpanel_historicalasbcase", live("@.case_id", 3)), migrations.RunSQL.noop)
    ]
