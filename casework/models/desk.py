"""What belongs to one person's desk: notices, searches, and keys that make a form count once."""

import uuid

from django.db import models
from django.utils import timezone

from casework import storage
from casework.models.agency import Partnership, User
from casework.models.base import Recorded, ScopedQuerySet, declare
from casework.models.safe import new_seal


class Notice(models.Model):
    """Something that one person should know or do; shown on her home, and announced by a neutral e-mail.

    A row holds codes and references only; the sentence is made when shown. Each person reads her own.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )  # from Python: the sender may not read it back
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True, help_text="A reference, never a name.")
    made_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(internal="user kind subject made_at due_on settled_at")

    class Meta:
        indexes = [models.Index(fields=["user", "settled_at", "-made_at"], name="notice_desk")]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Search(models.Model):
    """A search somebody typed: encrypted, read by that person in that session, at an opaque address."""

    token = models.CharField(max_length=32, primary_key=True, default=new_seal)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    session_digest = models.CharField(max_length=64)
    secret = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    sensitivity = {
        "token": "internal",
        "user": "internal",
        "session_digest": "internal",
        "secret": "personal",
        "made_at": "internal",
    }

    class Meta:
        verbose_name_plural = "searches"

    def __str__(self) -> str:
        return "a search"

    def hide(self, text: str) -> None:
        """Put the text in, encrypted."""
        self.secret = storage.encrypt(text.encode(), bound_to=f"search:{self.token}")

    def reveal(self) -> str:
        return storage.decrypt(self.secret, bound_to=f"search:{self.token}").decode()


class IdempotencyKey(models.Model):
    """A form's key: sent twice, it counts once and leads to the first answer."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    answer = models.CharField(
        max_length=300, blank=True, help_text="Where the first answer led; no personal data is ever in an address."
    )
    made_at = models.DateTimeField(default=timezone.now)

    sensitivity = declare(internal="user key answer made_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"key {self.pk}"


class TimetableEntry(models.Model):
    """A daily job and the last day it ran, by London's calendar. Written by the worker alone."""

    name = models.CharField(max_length=60, primary_key=True)
    last_ran_on = models.DateField(null=True)

    sensitivity = {"name": "internal", "last_ran_on": "internal"}

    class Meta:
        verbose_name_plural = "timetable entries"

    def __str__(self) -> str:
        return self.name


class AuditEngagement(Recorded):
    """While it is open, its auditor reads values before and after, of the cases in its scope. Another person approves it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    until = models.DateTimeField()
    requested_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(internal="partnership auditor reason until requested_at approved_by approved_at ended_at")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("auditor")),
                name="engagement_needs_another_person",
            )
        ]

    def __str__(self) -> str:
        return f"engagement {self.pk}"


class EngagementCase(Recorded):
    """A case in the scope of an engagement, by its reference (the auditor sees no case row)."""

    engagement = models.ForeignKey(AuditEngagement, on_delete=models.PROTECT, related_name="cases")
    case_id = models.BigIntegerField(
        null=True, blank=True, help_text="Filled by the database when the engagement is approved."
    )
    reference = models.CharField(max_length=12)

    sensitivity = declare(internal="engagement case_id reference")

    def __str__(self) -> str:
        return f"engagement case {self.reference}"
