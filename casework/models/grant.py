"""Grants: the reasons to be in a case. They end, they are not deleted."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from casework.models.agency import Agency, Panel, User
from casework.models.agreement import DisclosureDecision
from casework.models.base import CaseBound, declare
from casework.models.case import Case


class Depth(models.IntegerChoices):
    """How far a grant reaches: that the case exists and who is in it; what the agenda says; all of it."""

    IDENTITY = 1, "Identity"
    AGENDA = 2, "Agenda"
    FULL = 3, "Full"


class Basis(models.TextChoices):
    """The reason behind a grant."""

    OFFICE = "office", "The panel's office"
    OPENED = "opened", "Opened the case"
    WINDOW = "window", "Agenda window of a meeting"
    STANDING = "standing", "Standing grant"
    ASSIGNMENT = "assignment", "Assigned to the case"
    EMERGENCY = "emergency", "Emergency access"
    SEALED_READER = "sealed_reader", "Named reader of a sealed case"


class LiveGrants(models.QuerySet):
    """Grants in force at a moment."""

    def live(self, at=None):
        now = at or timezone.now()
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), starts_at__lte=now)


class Grant(CaseBound):
    """What the grants of agencies and of people have in common."""

    depth = 1

    panel = models.ForeignKey(
        Panel, on_delete=models.PROTECT, related_name="+", help_text="Copied from the case; it never changes."
    )
    basis = models.CharField(max_length=20, choices=Basis.choices)
    reach = models.PositiveSmallIntegerField(choices=Depth.choices, default=Depth.FULL)
    meeting = models.ForeignKey("casework.Meeting", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.ForeignKey(DisclosureDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = LiveGrants.as_manager()

    class Meta:
        abstract = True

    @property
    def case_id(self) -> int:
        return self.content_object_id


GRANT_FIELDS = "permission content_object panel basis reach meeting decision granted_by starts_at expires_at"


class CaseGrant(Grant, GroupObjectPermissionBase):
    """What an agency, or a panel's office, may read of a case, since when, until when, and by which decision."""

    content_object = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="grants", db_index=False)

    objects = LiveGrants.as_manager()
    sensitivity = declare(internal=f"group {GRANT_FIELDS}")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object", "basis", "starts_at"],
                name="case_grant_once_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(basis="office") | Q(decision__isnull=False), name="case_grant_has_a_decision"
            ),
            models.CheckConstraint(condition=Q(basis="office") | Q(expires_at__isnull=False), name="case_grant_ends"),
        ]
        indexes = [
            models.Index(
                fields=["content_object", "group"], include=["permission", "expires_at"], name="case_grant_probe"
            ),
            models.Index(
                fields=["group", "permission", "content_object"], include=["expires_at"], name="case_grant_walk"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class CaseUserGrant(Grant, UserObjectPermissionBase):
    """What one person may read of a case: an assignment, a cover, an emergency, a sealed case. Valid at one agency."""

    content_object = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="user_grants", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    objects = LiveGrants.as_manager()
    sensitivity = declare(internal=f"user agency {GRANT_FIELDS}")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object", "basis", "starts_at"],
                name="user_grant_once_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(expires_at__isnull=False), name="user_grant_ends"),
        ]
        indexes = [
            models.Index(
                fields=["content_object", "user"], include=["permission", "expires_at"], name="user_grant_probe"
            )
        ]

    def __str__(self) -> str:
        return f"user grant {self.pk}"
