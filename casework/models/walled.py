"""Who is kept out whatever else she holds: conflicts of interest, what people declare of themselves, and sealed cases."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework import storage
from casework.models.agency import Dated, Panel, User
from casework.models.base import CaseBound, Recorded, ScopedQuerySet, declare
from casework.models.case import Case
from casework.models.safe import new_seal


class Declaration(Recorded):
    """On this day a person answered whether she has personal connections. Asked when she starts and every year."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(internal="user made_at")

    def __str__(self) -> str:
        return f"declaration {self.pk}"


class Connection(Recorded):
    """Somebody whom a person knows, as she declared it: encrypted, read by herself, compared by the system alone.

    A name and, where known, a birth date; never an address.
    """

    class Nature(models.TextChoices):
        MYSELF = "myself", "Myself"
        FAMILY = "family", "Family, or a member of my household"
        FORMER_PARTNER = "former_partner", "A partner or former partner"
        FRIEND = "friend", "A friend"
        NEIGHBOUR = "neighbour", "A neighbour"
        COLLEAGUE = "colleague", "A colleague"
        LANDLORD = "landlord", "A landlord, tenant or lodger"
        OTHER = "other", "Another connection"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    nature = models.CharField(max_length=20, choices=Nature.choices)
    seal = models.CharField(max_length=32, default=new_seal, editable=False)
    secret = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(internal="user nature seal made_at ended_at", source_identity="secret")

    def __str__(self) -> str:
        return f"connection {self.pk}"

    def hide(self, text: str) -> None:
        """Put the text in, encrypted."""
        self.secret = storage.encrypt(text.encode(), bound_to=f"connection:{self.seal}")

    def reveal(self) -> str:
        return storage.decrypt(self.secret, bound_to=f"connection:{self.seal}").decode()


class ConnectionToken(models.Model):
    """A keyed digest of a declared connection. Written by who declares, read by the system role alone."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=64)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(internal="connection user", personal="token")

    class Meta:
        indexes = [models.Index(fields=["token"], name="connection_token")]

    def __str__(self) -> str:
        return f"token of connection {self.connection_id}"


class ConflictOfInterest(CaseBound):
    """A named non-reader of a case or referral. It wins over every reason to be in the case, from the moment it is suspected.

    Who it concerns is not told. Cleared, it ends; confirmed, it stays.
    """

    class Origin(models.TextChoices):
        DECLARED = "declared", "Declared about this case"
        FOUND = "found", "Found by comparing what was declared"
        RECORDED = "recorded", "Recorded by the panel's office"

    class State(models.TextChoices):
        SUSPECTED = "suspected", "To be decided"
        CONFIRMED = "confirmed", "Confirmed"
        CLEARED = "cleared", "No conflict"

    class Likeness(models.TextChoices):
        FULL = "full", "Name and birth date agree"
        NAME = "name", "The name agrees; a birth date is not known"

    depth = 1

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referral = models.ForeignKey("casework.Referral", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.RECORDED)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CONFIRMED)
    nature = models.CharField(
        max_length=20, choices=Connection.Nature.choices, blank=True, help_text="Of the connection, never with whom."
    )
    likeness = models.CharField(max_length=10, choices=Likeness.choices, blank=True, help_text="Where it was found.")
    reason = models.CharField(max_length=300, blank=True)
    declared_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where the system found it.",
    )
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(
        internal="user panel case referral origin state nature likeness declared_by decided_by decided_at starts_at ends_at",
        special="reason",
    )

    class Meta:
        verbose_name_plural = "conflicts of interest"
        indexes = [models.Index(fields=["user", "case"], name="conflict_user_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(referral__isnull=False), name="conflict_with_something"
            ),
            models.CheckConstraint(condition=~Q(decided_by=models.F("user")), name="nobody_decides_her_own_conflict"),
        ]

    def __str__(self) -> str:
        return f"conflict {self.pk}"


class Seal(Dated):
    """While it is in force, the case is read by its named readers alone, and they hold `sealed_reader` grants.

    Sealing ends every other grant, the office's too. Why stands with the event. That some case is sealed can be read by
    the application, which has to ask; no page shows it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="seals")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    sealed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    sensitivity = declare(internal="case panel sealed_by ended_by starts_at ends_at")

    class Meta:
        indexes = [models.Index(fields=["case"], name="seal_case")]

    def __str__(self) -> str:
        return f"seal {self.pk}"


class KnownElsewhere(CaseBound):
    """Another panel of the partnership knows somebody in this case: ask its office. Told in the protective direction only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+", help_text="Whose office to ask.")
    found_at = models.DateTimeField(default=timezone.now)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(internal="case panel found_at settled_by settled_at")

    class Meta:
        verbose_name_plural = "known elsewhere"
        constraints = [models.UniqueConstraint(fields=["case", "panel"], name="known_elsewhere_once")]

    def __str__(self) -> str:
        return f"known elsewhere {self.pk}"
