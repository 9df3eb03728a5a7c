"""Where a victim is safe, and how she can be reached safely: encrypted, masked, revealed by a recorded click."""

import secrets

from django.db import models

from casework import storage
from casework.models.agency import User
from casework.models.base import declare
from casework.models.case import InCaseOrReferral, Party


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


class SafeAddress(Sealed):
    """An address that must not reach the alleged perpetrator."""

    class Kind(models.TextChoices):
        HOME = "home", "Home"
        TEMPORARY = "temporary", "Temporary address"
        REFUGE = "refuge", "Refuge"
        FAMILY = "family", "Family or friends"

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.HOME)

    sensitivity = declare(internal="case referral party kind seal", safe_address="secret")

    class Meta(Sealed.Meta):
        verbose_name_plural = "safe addresses"


class SafeContact(Sealed):
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
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    sensitivity = declare(
        internal="case referral party seal channel safe confirmed_on confirmed_by", safe_address="secret times"
    )

    class Meta(Sealed.Meta):
        pass

    @property
    def is_safe(self) -> bool:
        return self.safe == self.Safe.YES
