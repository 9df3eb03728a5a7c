"""The case and the people in it, as this case knows them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.agency import Agency, Panel
from casework.models.base import CaseBound, Recorded, ScopedQuerySet, declare


class Case(CaseBound):
    """A matter before one panel. It is owned by the panel's office, never by an agency."""

    depth = 1

    reference = models.CharField(max_length=12, unique=True)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=30, help_text="From the status table of the panel's kind.")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_referred_on = models.DateField(
        null=True, blank=True, help_text="L: the date that the repeat rule counts from."
    )

    sensitivity = declare(internal="reference panel status opened_at closed_at lead_agency last_referred_on")

    class Meta:
        permissions = [("read_case", "Can read this case while the grant lives")]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["panel", "status", "-opened_at", "-id"], name="case_panel_status"),
            models.Index(fields=["status", "-opened_at", "-id"], name="case_status_newest"),
        ]

    def __str__(self) -> str:
        return self.reference


class Person(Recorded):
    """A bare anchor without personal fields. Parties point to one anchor when a coordinator has accepted the match."""

    sensitivity = declare()

    def __str__(self) -> str:
        return f"person {self.pk}"


class PartyRole(models.TextChoices):
    """What somebody is in this case; a person may have several roles in several cases."""

    VICTIM = "victim", "Victim"
    ALLEGED_PERPETRATOR = "alleged_perpetrator", "Perpetrator (alleged)"
    CHILD = "child", "Child"
    COMPLAINANT = "complainant", "Complainant"
    WITNESS = "witness", "Witness"
    HOUSEHOLD_MEMBER = "household_member", "Household member"
    OTHER_ADULT = "other_adult", "Other adult"


class InCaseOrReferral(CaseBound):
    """A record that belongs to exactly one case or to exactly one referral; who may not see that sees none of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)s_set")
    referral = models.ForeignKey(
        "casework.Referral", on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)s_set"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, referral__isnull=False) | Q(case__isnull=False, referral=None),
                name="%(class)s_in_one_case_or_referral",
            )
        ]


class Party(InCaseOrReferral):
    """A person as one case, or one referral, knows them."""

    depth = 1

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="parties")
    role = models.CharField(max_length=30, choices=PartyRole.choices)
    finding = models.CharField(max_length=200, blank=True, help_text="A court's or tribunal's finding, in its words.")
    family_name = models.CharField(max_length=120, blank=True)
    given_names = models.CharField(max_length=120, blank=True)
    other_names = models.CharField(max_length=300, blank=True)
    born_on = models.DateField(null=True, blank=True)
    born_text = models.CharField(max_length=60, blank=True, help_text="What is known of an inexact birth date.")
    gender = models.CharField(max_length=30, blank=True)
    ethnicity = models.CharField(max_length=80, blank=True)
    relationship = models.CharField(
        max_length=80, blank=True, help_text="Of an alleged perpetrator or child, to the victim."
    )
    needs = models.CharField(max_length=500, blank=True, help_text="Interpreter, communication and access needs.")

    sensitivity = declare(
        internal="case referral person role",
        personal="family_name given_names other_names born_on born_text gender relationship",
        special="finding ethnicity needs",
    )

    class Meta(InCaseOrReferral.Meta):
        verbose_name_plural = "parties"
        indexes = [models.Index(fields=["born_on"], name="party_born_on")]

    def __str__(self) -> str:
        return f"party {self.pk}"

    @property
    def name(self) -> str:
        """Given and family name as one line, or 'Name not known'."""
        return f"{self.given_names} {self.family_name}".strip() or "Name not known"


class PartyAddress(InCaseOrReferral):
    """An address that need not be hidden from the other parties' agencies. A hidden one is a `SafeAddress`."""

    class Kind(models.TextChoices):
        HOME = "home", "Home"
        TEMPORARY = "temporary", "Temporary"
        FAMILY = "family", "Family or friends"
        WORK = "work", "Work"
        OTHER = "other", "Other"

    depth = 1

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.HOME)
    lines = models.CharField(max_length=300)
    postcode = models.CharField(max_length=10, blank=True)
    added_at = models.DateTimeField(
        default=timezone.now, help_text="Post goes only to an address that was confirmed after the last one was added."
    )

    sensitivity = declare(internal="case referral party kind added_at", personal="lines postcode")

    class Meta(InCaseOrReferral.Meta):
        indexes = [models.Index(fields=["postcode"], name="party_postcode")]

    def __str__(self) -> str:
        return f"address {self.pk}"


class PartyWord(models.Model):
    """One word of a party's names, for the search: fuzzy in a dictionary of words, exact from there on.

    Kept with the party by its command. It repeats what the party's own history holds, so it has none.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referral = models.ForeignKey("casework.Referral", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="words")
    word = models.CharField(max_length=80)
    keys = models.JSONField(default=list, help_text="Sounds and letter groups by which the dictionary finds the word.")

    objects = ScopedQuerySet.as_manager()
    depth = 1
    sensitivity = declare(internal="case referral party", personal="word keys")

    class Meta:
        indexes = [models.Index(fields=["word"], name="party_word")]

    def __str__(self) -> str:
        return f"word of party {self.party_id}"


class NameWord(models.Model):
    """The dictionary of words that occur in names. Nobody but the search function reads it (a rare word tells that somebody exists)."""

    word = models.CharField(max_length=80, primary_key=True)
    keys = models.JSONField(default=list)

    sensitivity = {"word": "personal", "keys": "personal"}

    def __str__(self) -> str:
        return "a word"


class PartyToken(models.Model):
    """A keyed digest of who a party is, to be compared without being read. Written with the party; read by the system role alone."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referral = models.ForeignKey("casework.Referral", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=64)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(internal="case referral party", personal="token")

    class Meta:
        indexes = [models.Index(fields=["token"], name="party_token")]

    def __str__(self) -> str:
        return f"token of party {self.party_id}"
