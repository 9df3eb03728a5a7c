"""Digests and the auditor's look-ups: the same text in any session, and an index for each question."""

from django.db import migrations

SQL = """
ALTER FUNCTION audit_write_history() SET timezone = 'UTC';
ALTER FUNCTION audit_write_history() SET bytea_output = 'hex';
ALTER FUNCTION audit_write_history() SET extra_float_digits = 1;
ALTER FUNCTION audit_write_history() SET intervalstyle = 'postgres';
CREATE INDEX audit_event_referrals ON audit_auditevent USING gin ((details -> 'referrals'));
CREATE INDEX audit_event_subject ON audit_auditevent (subject) WHERE subject <> '';
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_triggers")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
