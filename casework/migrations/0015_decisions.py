"""What a second person sees of a statement that she may not read: its classes of data, and whom it is for."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

FIELDS = {
    "data_classes": ArrayField(
        models.CharField(max_length=30), blank=True, default=list, size=None,
        help_text="Copied: what a second person sees of a statement that she may not read.",
    ),
    "audience": models.CharField(blank=True, default="", help_text="Copied: whom it is for.", max_length=20),
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("casework", "0019_emergency")]
    operations = [
        migrations.AddField(model_name=model, name=name, field=field.clone(), preserve_default=name == "data_classes")
        for model in ("decisionitem", "historicaldecisionitem")
        for name, field in FIELDS.items()
    ]
