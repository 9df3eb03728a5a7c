"""The audit's own tables. They point at nothing by foreign key and hold no content: identifiers, field names, digests."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

PUBLIC, INTERNAL, PERSONAL, SPECIAL = "public", "internal", "personal", "special"


class AuditEvent(models.Model):
    """One thing that somebody did, read, disclosed or was refused.

    The key is made in Python: the app role may insert events and not read them, so nothing can be returned by the insert.
    """

    class Outcome(models.TextChoices):
        DONE = "done", "done"
        REFUSED = "refused", "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seq = models.BigIntegerField(null=True, unique=True, help_text="Given by the sealer, in the order of commits.")
    at = models.DateTimeField()
    name = models.CharField(max_length=60, help_text="Registered in audit.event_types, for example 'referral.made'.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.DONE)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(
        max_length=60, help_text="A user name or the name of a system actor, never a person's name."
    )
    asked_by_id = models.BigIntegerField(null=True, help_text="Whom a system actor works for.")
    agency_id = models.BigIntegerField(null=True)
    partnership_id = models.BigIntegerField(null=True)
    cases = ArrayField(models.CharField(max_length=12), default=list, help_text="References of the cases concerned.")
    subject = models.CharField(
        max_length=60, blank=True, help_text="What else is concerned, for example 'referral H7K4-92QX'."
    )
    details = models.JSONField(default=dict, help_text="Identifiers, counts, field names and digests; never content.")

    sensitivity = dict.fromkeys(
        [
            "id", "seq", "at", "name", "outcome", "actor_kind", "actor_id", "actor_name", "asked_by_id",
            "agency_id", "partnership_id", "cases", "subject", "details",
        ],
        INTERNAL,
    )  # fmt: skip

    class Meta:
        ordering = ["-at"]
        indexes = [
            GinIndex(fields=["cases"], name="audit_event_cases"),
            models.Index(fields=["actor_id", "-at"], name="audit_event_actor"),
            models.Index(fields=["partnership_id", "-at"], name="audit_event_partnership"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class EventReason(models.Model):
    """Why, in a person's words. Kept apart, so that it can be erased while the event stays."""

    event_id = models.UUIDField(primary_key=True)
    text = models.TextField()

    sensitivity = {"event_id": INTERNAL, "text": SPECIAL}

    def __str__(self) -> str:
        return f"reason of {self.event_id}"


class RecordChange(models.Model):
    """One row that an event wrote: which table, which record, which fields, and the salted digest of what it then held.

    Written by the history trigger alone (audit/migrations/0002_triggers.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event_id = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField()
    table_name = models.CharField(max_length=63)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=1, help_text="+ made, ~ changed, - removed")
    fields = ArrayField(models.CharField(max_length=63), default=list)
    digest = models.BinaryField()

    sensitivity = dict.fromkeys(
        ["id", "event_id", "at", "table_name", "record_id", "kind", "fields", "digest"], INTERNAL
    )

    class Meta:
        indexes = [models.Index(fields=["table_name", "record_id"], name="audit_change_record")]

    def __str__(self) -> str:
        return f"{self.kind}{self.table_name} {self.record_id}"
