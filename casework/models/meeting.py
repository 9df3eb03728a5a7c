"""Meetings, hearings, research, and what agencies say."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework import storage
from casework.models.agency import Agency, Panel, User
from casework.models.agreement import DisclosureDecision
from casework.models.base import CaseBound, Recorded, ScopedQuerySet, declare
from casework.models.case import Case
from casework.models.referral import Referral
from casework.models.safe import new_seal


class Meeting(Recorded):
    """One meeting of a panel. It holds no case data; its hearings do."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        CIRCULATED = "circulated", "Agenda circulated"
        IN_SESSION = "in_session", "In session"
        CONCLUDED = "concluded", "Concluded"
        CANCELLED = "cancelled", "Cancelled"

    reference = models.CharField(max_length=12, unique=True)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    minutes_available = models.PositiveSmallIntegerField(default=240)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PLANNED)
    research_due_on = models.DateField(null=True, blank=True)
    circulated_at = models.DateTimeField(null=True, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(
        internal="reference panel starts_at place minutes_available status research_due_on circulated_at concluded_at"
    )

    def __str__(self) -> str:
        return self.reference


class Hearing(CaseBound):
    """A case at one meeting."""

    class ListingReason(models.TextChoices):
        NEW = "new", "New"
        REPEAT = "repeat", "Repeat"
        TRANSFER_IN = "transfer_in", "Transfer in"
        CARRIED_OVER = "carried_over", "Carried over"
        REVIEW = "review", "Review"

    class Status(models.TextChoices):
        LISTED = "listed", "Listed"
        HEARD = "heard", "Heard"
        CARRIED_OVER = "carried_over", "Carried over"
        REMOVED = "removed", "Taken off the agenda"

    depth = 2

    reference = models.CharField(max_length=12, unique=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="hearings")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hearings")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveSmallIntegerField(help_text="Place on the agenda.")
    minutes = models.PositiveSmallIntegerField()
    listing_reason = models.CharField(max_length=20, choices=ListingReason.choices)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.LISTED)
    risk_level = models.CharField(max_length=30, blank=True)
    summary = models.TextField(max_length=4000, blank=True, help_text="The chair's summary of risk.")
    heard_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(
        internal="reference meeting case referral number minutes listing_reason status heard_at",
        special="risk_level summary",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "case"], name="case_once_at_a_meeting")]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.reference


class HearingBound(CaseBound):
    """A record that belongs to a hearing. The case is copied, for the policy and the history."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="%(class)s_set")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Attendance(Recorded):
    """Who came, for which agency, and whether the confidentiality statement was accepted."""

    class Status(models.TextChoices):
        PRESENT = "present", "Present"
        DEPUTY = "deputy", "Deputy sent"
        APOLOGIES = "apologies", "Apologies, information sent"
        APOLOGIES_WITHOUT = "apologies_without", "Apologies, no information"
        ABSENT = "absent", "Absent"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    attendee = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices)
    confidentiality_accepted_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    sensitivity = declare(internal="meeting agency status confidentiality_accepted_at", personal="attendee")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "agency"], name="agency_once_at_a_meeting")]

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class ResearchReturn(HearingBound):
    """What one agency was asked and answered about one hearing. Requested from each seat when the agenda is circulated."""

    class Status(models.TextChoices):
        REQUESTED = "requested", "Requested"
        NOTHING_KNOWN = "nothing_known", "Nothing known"
        RETURNED = "returned", "Returned"

    depth = 2

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.REQUESTED)
    due_on = models.DateField(null=True, blank=True)
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)

    sensitivity = declare(internal="hearing case agency status due_on returned_by returned_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hearing", "agency"], name="agency_once_for_a_hearing")]

    def __str__(self) -> str:
        return f"return {self.pk}"


class AssertionType(models.TextChoices):
    """What kind of statement an item is."""

    FACT = "fact", "Fact"
    REPORTED = "reported", "Reported to us"
    OPINION = "opinion", "Professional opinion"
    ALLEGATION = "allegation", "Allegation"
    INTELLIGENCE = "intelligence", "Intelligence"


class Audience(models.TextChoices):
    """Who may read an item, besides the agency that it comes from."""

    ALL_PRESENT = "all_present", "Everyone at the meeting"
    ALL_SIGNATORIES = "all_signatories", "All agencies that signed"
    NAMED_AGENCIES = "named_agencies", "Named agencies only"
    OWNER_ONLY = "owner_only", "My agency only"
    CHAIR_ONLY = "chair_only", "The chair only"
    VERBAL_ONLY = "verbal_only", "Said at the meeting, content not recorded"


class DataClass(models.TextChoices):
    """What kinds of data an item holds; gateways test these."""

    PERSONAL = "personal", "Personal"
    SPECIAL = "special", "Special category"
    HEALTH_CONFIDENTIAL = "health-confidential", "Confidential health"
    OFFENCE = "offence", "Offences"
    COUNSELLING = "counselling", "Counselling"
    CHILD = "child", "About a child"
    SAFE_ADDRESS = "safe-address", "Safe address"
    SOURCE_IDENTITY = "source-identity", "Identity of a source"


class InformationItem(CaseBound):
    """One statement of one agency, wherever it stands: a return, the minutes, a risk note."""

    class Place(models.TextChoices):
        RETURN = "return", "Research return"
        MEETING = "meeting", "Said at the meeting"
        WISHES = "wishes", "The victim's wishes"
        RISK = "risk", "Risk note"
        REFERRAL = "referral", "Referral"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    research_return = models.ForeignKey(
        ResearchReturn, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=20, choices=Place.choices)
    assertion_type = models.CharField(max_length=20, choices=AssertionType.choices)
    audience = models.CharField(max_length=20, choices=Audience.choices)
    data_classes = ArrayField(models.CharField(max_length=30, choices=DataClass.choices), default=list)
    text = models.TextField(max_length=4000, blank=True)
    said_on = models.DateField(null=True, blank=True, help_text="When it happened or was observed.")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    never_to_perpetrator = models.BooleanField(
        default=True, help_text="Must never reach the alleged perpetrator, in any output."
    )
    source_protected = models.BooleanField(default=False, help_text="Who told us is kept back from everybody else.")
    others = models.CharField(
        max_length=200,
        blank=True,
        help_text="Whom it is about besides victim and alleged perpetrator, by relationship.",
    )
    proportionality = models.CharField(max_length=500, blank=True, help_text="Why that is justified towards them.")

    sensitivity = declare(
        internal="case hearing research_return agency author place assertion_type audience data_classes said_on made_at withdrawn_at "
        "never_to_perpetrator source_protected",
        special="text others proportionality",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience="verbal_only") | Q(text=""), name="verbal_only_has_no_content"
            ),
            models.CheckConstraint(
                condition=Q(others="") | ~Q(proportionality=""), name="item_about_others_is_weighed"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"

    @property
    def marks(self) -> tuple[str, ...]:
        """How it has to be handled, in words for everybody who may read it."""
        told = (
            (self.never_to_perpetrator, "Must never reach the alleged perpetrator"),
            (self.source_protected, "Source protected"),
            (self.others, f"About: {self.others}"),
        )
        return tuple(words for is_so, words in told if is_so)


class ItemAudience(CaseBound):
    """An agency named as reader of an item."""

    item = models.ForeignKey(InformationItem, on_delete=models.PROTECT, related_name="readers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Copied: whose item it is.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")

    sensitivity = declare(internal="item case owner agency")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "agency"], name="item_reader_once")]

    def __str__(self) -> str:
        return f"reader {self.pk}"


# Not given to other agencies until a second person has released them (domain: information sharing 3.1)
RELEASED_CLASSES = (DataClass.HEALTH_CONFIDENTIAL, DataClass.COUNSELLING, DataClass.SAFE_ADDRESS)
# Never opened by emergency access (domain: information sharing 4.6)
CLOSED_IN_EMERGENCY = (DataClass.COUNSELLING, DataClass.SOURCE_IDENTITY)


class ItemRelease(CaseBound):
    """A second person's answer about a statement of a class that waits for one."""

    item = models.ForeignKey(InformationItem, on_delete=models.PROTECT, related_name="releases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(DisclosureDecision, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()

    sensitivity = declare(internal="item case decision released_by released_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item"], name="item_released_once")]

    def __str__(self) -> str:
        return f"release {self.pk}"


class ItemSource(CaseBound):
    """Who told the agency, where that is protected: encrypted, read by that agency alone."""

    item = models.OneToOneField(InformationItem, on_delete=models.PROTECT, related_name="source")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    seal = models.CharField(max_length=32, default=new_seal, editable=False)
    secret = models.BinaryField()

    sensitivity = declare(internal="item case agency seal", source_identity="secret")

    def __str__(self) -> str:
        return f"source of item {self.item_id}"

    def hide(self, text: str) -> None:
        """Put the text in, encrypted."""
        self.secret = storage.encrypt(text.encode(), bound_to=f"itemsource:{self.seal}")

    def reveal(self) -> str:
        """The text. Only `casework.commands.safe` calls this, with an event; raises `storage.CannotDecrypt`."""
        return storage.decrypt(self.secret, bound_to=f"itemsource:{self.seal}").decode()


class OnwardRequest(CaseBound):
    """An agency asks another whether it may use a statement of hers for something else. Silence is not consent."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for an answer"
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Refused"

    reference = models.CharField(max_length=12, unique=True)
    item = models.ForeignKey(InformationItem, on_delete=models.PROTECT, related_name="onward")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", help_text="Copied: whose statement it is."
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Who asks.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    use = models.CharField(max_length=500, help_text="What for, and to whom it would go.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    sensitivity = declare(
        internal="reference item case owner agency asked_by asked_at state answered_by answered_at",
        special="use answer",
    )

    def __str__(self) -> str:
        return self.reference


class RiskTarget(models.TextChoices):
    """Whom a risk, or an action, is about."""

    VICTIM = "victim", "Victim"
    CHILD = "child", "Children"
    PERPETRATOR = "perpetrator", "Perpetrator (alleged)"
    OTHER_ADULT = "other_adult", "Another adult"
    PROFESSIONAL = "professional", "Professionals"
    PUBLIC = "public", "Public or place"


class HearingRisk(HearingBound):
    """One risk that the meeting agreed on."""

    target = models.CharField(max_length=20, choices=RiskTarget.choices)
    text = models.CharField(max_length=500)

    sensitivity = declare(internal="hearing case target", special="text")

    def __str__(self) -> str:
        return f"risk {self.pk}"


class Action(CaseBound):
    """What one agency promised at a meeting."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        IN_PROGRESS = "in_progress", "In progress"
        DONE = "done", "Done"
        NOT_POSSIBLE = "not_possible", "Not possible: things changed"
        NOT_DONE = "not_done", "Not done"
        SUPERSEDED = "superseded", "Superseded"

    class Reveals(models.TextChoices):
        NO = "no", "No"
        AGREED = "agreed", "Yes, agreed with the victim"
        CHAIR = "chair", "Yes, risk accepted by the chair"

    OPEN_STATES = (Status.OPEN, Status.IN_PROGRESS)

    reference = models.CharField(max_length=12, unique=True)
    panel = models.ForeignKey(
        Panel,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Copied: an agency reads what it owes when its window is over.",
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    risk = models.ForeignKey(HearingRisk, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=20, choices=RiskTarget.choices)
    description = models.CharField(max_length=1000)
    due_on = models.DateField()
    reveals_disclosure = models.CharField(max_length=10, choices=Reveals.choices)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    outcome = models.TextField(max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    sensitivity = declare(
        internal="reference panel case hearing risk agency target due_on reveals_disclosure status closed_at closed_by",
        special="description outcome",
    )

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["agency", "status", "due_on"], name="action_owed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "in_progress", "superseded"]) | ~Q(outcome=""),
                name="closed_action_has_outcome",
            )
        ]

    def __str__(self) -> str:
        return self.reference
