"""A case can be taken off an agenda; the reference of a case in which an agency still owes an action."""

from django.db import migrations, models

from casework.models.walls import among, no_conflict, setting

STATUSES = [("listed", "Listed"), ("heard", "Heard"), ("carried_over", "Carried over"), ("removed", "Taken off the agenda")]

# An action outlives its agency's window on the case. Closing it must still say in the audit which case it belongs to.
CASE_OF_OWED_ACTION = f"""
CREATE FUNCTION rt_case_of_owed_action(of_action bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.reference FROM casework_action a JOIN casework_case k ON k.id = a.case_id
     WHERE a.id = of_action AND a.agency_id = {setting("answers_for")} AND a.panel_id = {among("panels")} AND {no_conflict("a.case_id")}
$$;
GRANT EXECUTE ON FUNCTION rt_case_of_owed_action(bigint) TO rt_app;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_walls")]
    operations = [
        migrations.AlterField(name, "status", models.CharField(choices=STATUSES, default="listed", max_length=20))
        for name in ("hearing", "historicalhearing")
    ] + [migrations.RunSQL(CASE_OF_OWED_ACTION, "DROP FUNCTION rt_case_of_owed_action(bigint)")]
