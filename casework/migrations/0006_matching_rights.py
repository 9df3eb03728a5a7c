"""What the check for repeats finds candidates by, and signed assessments that nobody changes."""

from django.db import migrations

from casework.models.walls import for_system

SQL = (
    for_system("casework_partyword")
    + "GRANT EXECUTE ON FUNCTION similar_words(text[], int) TO rt_system;\n"
    + "REVOKE UPDATE ON casework_assessment, casework_assessmentanswer FROM rt_app;\n"
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_engagement_guard")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
