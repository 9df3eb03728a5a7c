"""Models that can be written inside a recording only, and the fields that every history row carries."""

from django.db import models

from audit.recorder import NotRecorded, current_recording


class AuditedModel(models.Model):
    """Refuses `save` and `delete` outside `audit.recorder.recording`; a database trigger refuses the rest."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        self._require_recording(kwargs)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._require_recording(kwargs)
        return super().delete(*args, **kwargs)

    def _require_recording(self, kwargs: dict) -> None:
        record = current_recording()
        if record is None:
            raise NotRecorded(f"{self._meta.label} was to be written outside a recording.")
        kwargs.setdefault("using", record.using)


class HistoryRow(models.Model):
    """What the trigger adds to each row of history: its event, and a salted digest chained to the record's previous row."""

    history_event_id = models.UUIDField(null=True)
    history_salt = models.BinaryField()
    history_digest = models.BinaryField()

    class Meta:
        abstract = True
