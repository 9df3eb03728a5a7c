"""Where each holder's cases stand in its list: copies of what the list is ordered and filtered by, kept by triggers."""

from django.contrib.auth.models import Group
from django.db import models

from casework.models.agency import Agency, Panel, User
from casework.models.base import ScopedQuerySet, declare
from casework.models.case import Case
from casework.models.grant import CaseGrant, CaseUserGrant


class HeldCase(models.Model):
    """One grant beside the panel, status and day of its case, so that the newest cases of a holder are read off an index.

    The database writes it (casework/migrations/0014_access_indexes.py) and the application may only read it. It repeats a grant and its case,
    whose histories tell what it was, so it has none.
    """

    grant = models.OneToOneField(CaseGrant, on_delete=models.PROTECT, null=True, related_name="+")
    user_grant = models.OneToOneField(CaseUserGrant, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    basis = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=30)
    opened_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()
    depth = 1
    sensitivity = declare(
        internal="grant user_grant group user agency basis starts_at expires_at case panel status opened_at"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["group", "-opened_at", "-case"],
                include=["panel", "starts_at", "expires_at"],
                name="held_newest",
            ),
            models.Index(
                fields=["group", "status", "-opened_at", "-case"],
                include=["panel", "starts_at", "expires_at"],
                name="held_newest_of_status",
            ),
            models.Index(fields=["user", "-opened_at"], condition=models.Q(user__isnull=False), name="held_by_person"),
        ]

    def __str__(self) -> str:
        return f"held case {self.pk}"
