"""Who takes part: partnerships, agencies, people, their memberships, panels, seats and offices."""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.base import Recorded, declare

SILENCE = timedelta(days=45)
YEAR = timedelta(days=365)


def in_a_year() -> datetime:
    """When a membership ends unless it is renewed (our default; domain: information sharing 4.4)."""
    return timezone.now() + YEAR


class Live(models.QuerySet):
    """Rows with `starts_at` and `ends_at`: those in force at a moment."""

    def live(self, at=None):
        now = at or timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class Dated(Recorded):
    """A record that starts and ends; it is ended, never deleted."""

    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = Live.as_manager()

    class Meta:
        abstract = True


class Organisation(Recorded):
    """A label over the agencies of one body in several partnerships. It gives no rights."""

    name = models.CharField(max_length=120, unique=True)

    sensitivity = declare(public="name")

    def __str__(self) -> str:
        return f"organisation {self.pk}"


class Partnership(Recorded):
    """One community safety partnership."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    is_demo = models.BooleanField(default=False)

    sensitivity = declare(public="name slug", internal="is_demo")

    def __str__(self) -> str:
        return self.slug


class AgencyType(models.TextChoices):
    """What an agency is, for gateways and statistics (domain: MARAC 1.3)."""

    POLICE = "police", "Police"
    IDVA_SERVICE = "idva_service", "IDVA service"
    CHILDRENS_SOCIAL_CARE = "childrens_social_care", "Children's social care"
    ADULT_SOCIAL_CARE = "adult_social_care", "Adult social care"
    HEALTH_PRIMARY = "health_primary", "Primary care"
    HEALTH_ACUTE = "health_acute", "Acute hospital"
    HEALTH_COMMUNITY = "health_community", "Community health"
    MENTAL_HEALTH = "mental_health", "Mental health"
    PROBATION = "probation", "Probation"
    COUNCIL = "council", "Council community safety"
    HOUSING_LOCAL_AUTHORITY = "housing_local_authority", "Council housing"
    HOUSING_REGISTERED_PROVIDER = "housing_registered_provider", "Housing association"
    SUBSTANCE_USE = "substance_use", "Substance use service"
    EDUCATION = "education", "Education"
    YOUTH_JUSTICE = "youth_justice", "Youth justice"
    VOLUNTARY_DA_SPECIALIST = "voluntary_da_specialist", "Voluntary domestic abuse service"
    FIRE_RESCUE = "fire_rescue", "Fire and rescue"
    OTHER = "other", "Other"


class Agency(Recorded):
    """One agency in one partnership. It *is* a Django group, which holds its grants."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agencies")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    type = models.CharField(max_length=40, choices=AgencyType.choices)
    acts_on_behalf_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The authority whose function it carries out under contract; some powers ask for that.",
    )  # fmt: skip

    sensitivity = declare(public="name slug type", internal="partnership organisation group acts_on_behalf_of")

    class Meta:
        verbose_name_plural = "agencies"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="agency_once_in_partnership")]

    def __str__(self) -> str:
        return self.slug


class UserManager(BaseUserManager):
    """Makes people who sign in. There is no superuser to make."""

    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Never a superuser and in no group: the acting membership alone yields rights.

    Not a `Recorded`: signing in writes `last_login` before anybody is known. Its history is kept by the audit's events.
    """

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    woken_at = models.DateTimeField(default=timezone.now, help_text="Made, or opened again after a long silence.")

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []
    sensitivity = declare(
        internal="last_login woken_at username is_active is_superuser groups user_permissions",
        personal="display_name email",
        secret="password",  # noqa: S106 -- a level of sensitivity, no password
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_superuser")]

    def __str__(self) -> str:
        return self.username

    def is_silent(self, at: datetime) -> bool:
        """Not signed in for 45 days (our default; domain: information sharing 4.4): nothing is shown until somebody opens the account again."""
        seen = max(filter(None, (self.last_login, self.woken_at)))
        return seen < at - SILENCE

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Role(models.TextChoices):
    """What a person does at an agency. What each role carries stands in casework.access.roles."""

    REPRESENTATIVE = "representative", "Agency representative"
    REFERRER = "referrer", "Referrer"
    IDVA = "idva", "IDVA"
    ASB_OFFICER = "asb_officer", "ASB officer"
    PANEL_STAFF = "panel_staff", "Panel office"
    AUDITOR = "auditor", "Auditor"
    GOVERNANCE_LEAD = "governance_lead", "Governance lead"
    ADMINISTRATOR = "administrator", "System administrator"


class Membership(Dated):
    """A person's dated role at an agency, on the panels that it carries."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    job_title = models.CharField(max_length=120, blank=True)
    manager = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="staff")
    ends_at = models.DateTimeField(null=True, blank=True, default=in_a_year)

    sensitivity = declare(internal="user agency role job_title manager starts_at ends_at")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")), name="membership_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class Panel(Recorded):
    """One MARAC or ASB panel of a partnership. `kind` names the plug-in; the panel's office is a Django group."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="panels")
    kind = models.CharField(max_length=30)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    office_group = models.OneToOneField(Group, on_delete=models.PROTECT)
    idva_service = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Told of each referral at once.",
    )
    minutes_per_case = models.PositiveSmallIntegerField(default=12)

    sensitivity = declare(public="name slug kind", internal="partnership office_group idva_service minutes_per_case")

    def __str__(self) -> str:
        return self.slug

    @property
    def plugin(self):
        """The plug-in of this kind of panel (casework.panels)."""
        from casework.panels.registry import panel_kind  # noqa: PLC0415 -- models stand below panels; the registry is filled at start-up

        return panel_kind(self.kind)


class MembershipPanel(Dated):
    """A panel that a membership's role carries: a police representative of the MARAC reads no ASB case."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="panels")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")

    sensitivity = declare(internal="membership panel starts_at ends_at")

    def __str__(self) -> str:
        return f"membership {self.membership_id} on panel {self.panel_id}"


class Seat(Dated):
    """An agency's place on a panel."""

    class Kind(models.TextChoices):
        CORE = "core", "Core"
        INVITED = "invited", "Invited"

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="seats")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="seats")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CORE)

    sensitivity = declare(internal="panel agency kind starts_at ends_at")

    def __str__(self) -> str:
        return f"seat {self.pk}"


class Office(models.TextChoices):
    """What a person does for a panel, whatever her agency."""

    COORDINATOR = "coordinator", "Coordinator"
    CHAIR = "chair", "Chair"
    DEPUTY = "deputy", "Deputy chair"
    MINUTE_TAKER = "minute_taker", "Minute-taker"


class PanelOffice(Dated):
    """A person's dated office on a panel, held through one of her memberships."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="offices")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="offices")
    office = models.CharField(max_length=20, choices=Office.choices)

    sensitivity = declare(internal="panel membership office starts_at ends_at")

    def __str__(self) -> str:
        return f"office {self.pk}"


class Cover(Dated):
    """While it lasts, `membership` reads the cases assigned to `covers`, a colleague at the same agency."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="covering")
    covers = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="covered_by")

    sensitivity = declare(internal="membership covers starts_at ends_at")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(membership=models.F("covers")), name="nobody_covers_herself")
        ]

    def __str__(self) -> str:
        return f"cover {self.pk}"
