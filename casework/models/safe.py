"""Where a victim is safe, and how she can be reached safely: encrypted, masked, revealed by a recorded click."""

import secrets

from django.db import models
from django.utils import timezone

from casework import storage
from casework.models.agency import Agency, User
from casework.models.base import CaseBound, declare
from casework.models.case import Case, InCaseOrReferral, Party


def new_seal() -> str:
    """What binds ciphertext to its row before the row has a number."""
    return secrets.token_hex(16)


class Sealed(InCaseOrReferral):
    """A record with one encrypted text. The ciphertext is bound to table, column and row."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="%(class)s_set")
    seal = models.CharField(max_length=32, default=new_seal, editable=False)
    secret = models.BinaryField()

    class Meta(InCaseOrReferral.Meta):
        abstract = True

    @property
    def _bound_to(self) -> str:
        return f"{self._meta.db_table}.secret:{self.seal}"

    def hide(self, text: str) -> None:
        """Put the text in, encrypted."""
        self.secret = storage.encrypt(text.encode(), bound_to=self._bound_to)

    def reveal(self) -> str:
        """The text. Only `casework.commands.safe` calls this, with an event; raises `storage.CannotDecrypt`."""
        return storage.decrypt(self.secret, bound_to=self._bound_to).decode()

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class Dated(models.Model):
    """Safe until a day. Unknown means unsafe, and so does a day that has passed."""

    safe_until = models.DateField(null=True, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    def in_date(self) -> bool:
        """Confirmed, and not run out."""
        return self.safe_until is not None and self.safe_until >= timezone.localdate()


class SafeAddress(Dated, Sealed):
    """An address that must not reach the alleged perpetrator."""

    class Kind(models.TextChoices):
        HOME = "home", "Home"
        TEMPORARY = "temporary", "Temporary address"
        REFUGE = "refuge", "Refuge"
        FAMILY = "family", "Family or friends"

    class Shared(models.TextChoices):
        NO = "no", "No"
        YES = "yes", "Yes"
        UNKNOWN = "unknown", "Not known"

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.HOME)
    shared = models.CharField(
        max_length=10, choices=Shared.choices, default=Shared.UNKNOWN,
        help_text="Whether the alleged perpetrator lives there or can get at its post.",
    )  # fmt: skip
    added_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The moment of `confirmed_on`: an address of the same person that was added later makes it void for post.",
    )

    sensitivity = declare(
        internal="case referral party kind seal shared safe_until confirmed_on confirmed_by added_at confirmed_at",
        safe_address="secret",
    )

    class Meta(Sealed.Meta):
        verbose_name_plural = "safe addresses"

    @property
    def is_safe(self) -> bool:
        """Post may go there: confirmed until a day to come, and out of the alleged perpetrator's reach."""
        return self.in_date() and self.shared == self.Shared.NO


class SafeContact(Dated, Sealed):
    """A channel to a victim, and whether it is safe. Not confirmed means not safe."""

    class Channel(models.TextChoices):
        MOBILE = "mobile", "Mobile phone"
        LANDLINE = "landline", "Landline"
        TEXT = "text", "Text message"
        EMAIL = "email", "E-mail"
        THIRD_PARTY = "third_party", "Through somebody else"
        OTHER = "other", "Other"

    class Safe(models.TextChoices):
        YES = "yes", "Safe"
        NO = "no", "Not safe"
        UNKNOWN = "unknown", "Not known"
        NOT_RECORDED = "not_recorded", "Not recorded (imported)"

    channel = models.CharField(max_length=20, choices=Channel.choices)
    safe = models.CharField(max_length=20, choices=Safe.choices, default=Safe.UNKNOWN)
    times = models.CharField(
        max_length=200, blank=True, help_text="Best and worst times, a code word, whom to say one calls from."
    )

    sensitivity = declare(
        internal="case referral party seal channel safe safe_until confirmed_on confirmed_by",
        safe_address="secret times",
    )

    class Meta(Sealed.Meta):
        pass

    @property
    def is_safe(self) -> bool:
        return self.safe == self.Safe.YES and self.in_date()


class OutwardContact(CaseBound):
    """A letter, call, text or e-mail to somebody in a case: made only over a way that was confirmed as safe."""

    class Way(models.TextChoices):
        LETTER = "letter", "Letter"
        CALL = "call", "Telephone call"
        TEXT = "text", "Text message"
        EMAIL = "email", "E-mail"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=Way.choices)
    contact = models.ForeignKey(SafeContact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address = models.ForeignKey(SafeAddress, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=200)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the letter.")

    sensitivity = declare(internal="case party agency way contact address made_by made_at digest", special="purpose")

    def __str__(self) -> str:
        return f"outward contact {self.pk}"
