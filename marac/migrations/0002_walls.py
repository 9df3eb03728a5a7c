"""Row-level security and history for the MARAC's own tables."""

from django.db import migrations

from casework.models.walls import bound, in_case_or_referral, referral_seen, setting

SQL = bound("marac_maracreferral", "marac_historicalmaracreferral", referral_seen(), case_column=None) + bound(
    "marac_advisercontact",
    "marac_historicaladvisercontact",
    f"@.agency_id = {setting('speaks_for')} AND {in_case_or_referral(3)}",
)


class Migration(migrations.Migration):
    dependencies = [("marac", "0001_initial"), ("casework", "0003_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
