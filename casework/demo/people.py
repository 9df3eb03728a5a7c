"""Safer Harbourne and its neighbour Northgate: agencies, panels and the people whom the demo, the tests and the manual speak of."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.contrib.auth.models import Group

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.models import (
    Agency,
    AgreementPanel,
    AgreementSignature,
    AgreementVersion,
    Membership,
    MembershipPanel,
    Panel,
    PanelOffice,
    Partnership,
    Seat,
    SharingAgreement,
    User,
)

event_types.register(demo_loaded="loaded the demo's invented partnership")
PASSWORD = "roundtable-demo"  # noqa: S105 -- the demo's, printed when it starts
BEGINNING = datetime(2020, 4, 1, tzinfo=UTC)
DEMO = SystemActor("demo")


@dataclass(frozen=True)
class Persona:
    """Somebody to sign in as, and what to try first."""

    username: str
    display_name: str
    agency: str
    role: str
    job: str
    panels: tuple[str, ...] = ()
    offices: tuple[tuple[str, str], ...] = ()
    try_first: str = ""


AGENCIES = {
    "harbourne": {
        "harbourne-police": ("Harbourne Police", "police"),
        "harbourne-council": ("Harbourne Council", "council"),
        "safe-harbour": ("Safe Harbour IDVA Service", "idva_service"),
        "harbourne-csc": ("Harbourne Children's Social Care", "childrens_social_care"),
        "quay-street": ("Quay Street Surgery", "health_primary"),
        "harbourne-probation": ("Probation, Harbourne office", "probation"),
        "harbourne-homes": ("Harbourne Homes", "housing_registered_provider"),
    },
    "northgate": {
        "northgate-police": ("Northgate Police", "police"),
        "northgate-council": ("Northgate Council", "council"),
        "northgate-aid": ("Northgate IDVA Service", "idva_service"),
    },
}
PARTNERSHIPS = {"harbourne": "Safer Harbourne", "northgate": "Safer Northgate"}
PANELS = {
    "harbourne-marac": ("marac", "harbourne", "Harbourne MARAC", "safe-harbour", 12),
    "harbourne-asb": ("asbpanel", "harbourne", "Harbourne ASB panel", None, 8),
    "northgate-marac": ("marac", "northgate", "Northgate MARAC", "northgate-aid", 12),
    "northgate-asb": ("asbpanel", "northgate", "Northgate ASB panel", None, 8),
}
SEATS = {
    "harbourne-marac": "harbourne-police safe-harbour harbourne-csc quay-street harbourne-probation harbourne-homes harbourne-council",
    "harbourne-asb": "harbourne-police harbourne-council harbourne-homes harbourne-probation",
    "northgate-marac": "northgate-police northgate-aid northgate-council",
    "northgate-asb": "northgate-police northgate-council",
}
MARAC, ASB = ("harbourne-marac",), ("harbourne-asb",)
PERSONAS = (
    Persona("dan", "Dan Whitlock", "harbourne-police", "representative", "Public protection sergeant", MARAC + ASB, (), "Make a referral; answer research requests; close an action."),
    Persona("amira", "Amira Haddad", "safe-harbour", "idva", "IDVA", MARAC, (), "See whom to ring today and on which safe channel."),
    Persona("grace", "Grace Adeyemi", "harbourne-council", "panel_staff", "MARAC coordinator", (), (("harbourne-marac", "coordinator"),), "Screen a referral, build the agenda, issue the packs."),
    Persona("helen", "Helen Marsh", "harbourne-police", "panel_staff", "Detective inspector", (), (("harbourne-marac", "chair"),), "Read the pack, run the meeting, record actions."),
    Persona("tess", "Tess Calloway", "harbourne-csc", "representative", "Team manager", MARAC, (), "Answer research requests; close an action."),
    Persona("priya", "Priya Nair", "quay-street", "representative", "GP safeguarding lead", MARAC, (), "Answer a research request with her own decision."),
    Persona("sam", "Sam Okoro", "harbourne-probation", "representative", "Probation officer", MARAC + ASB, (), "Answer “nothing known” for several hearings at once."),
    Persona("omar", "Omar Bashir", "harbourne-council", "asb_officer", "ASB officer", ASB, (("harbourne-asb", "coordinator"),), "Turn two reports into one case and agree a contract."),
    Persona("lena", "Lena Fischer", "harbourne-homes", "representative", "Neighbourhood manager", MARAC + ASB, (), "Take a report of anti-social behaviour."),
    Persona("chris", "Chris Pemberton", "harbourne-council", "panel_staff", "Head of community safety", (), (("harbourne-asb", "chair"),), "Chair the ASB panel."),
    Persona("una", "Una Brennan", "harbourne-council", "auditor", "Partnership auditor", (), (), "Ask who read a case, and what somebody opened."),
    Persona("ines", "Ines Duarte", "harbourne-council", "governance_lead", "Information governance lead", (), (), "Approve the auditor's request to see values."),
    Persona("paul", "Paul Reid", "harbourne-police", "governance_lead", "Information governance lead", (), (), "Information governance of the police."),
    Persona("viktor", "Viktor Lindqvist", "harbourne-council", "administrator", "System administrator", (), (), "See that the product shows him no case."),
    Persona("wendy", "Wendy Sharpe", "northgate-police", "representative", "Sergeant, Northgate", ("northgate-marac", "northgate-asb"), (), "See nothing of Harbourne."),
    Persona("nell", "Nell Ashworth", "northgate-council", "panel_staff", "MARAC coordinator, Northgate", (), (("northgate-marac", "coordinator"), ("northgate-asb", "coordinator")), "See nothing of Harbourne."),
)  # fmt: skip
ROLE_TITLES = {
    "representative": "Agency representative", "idva": "IDVA", "panel_staff": "Panel office", "asb_officer": "ASB officer",
    "auditor": "Auditor", "governance_lead": "Governance lead", "administrator": "System administrator",
}  # fmt: skip


@dataclass
class People:
    """What was made, by slug and user name."""

    partnerships: dict[str, Partnership] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)


def load_people() -> People:
    """Make both partnerships, in one recording. Raises `IntegrityError` where they exist."""
    people = People()
    with recording(by=DEMO, event="demo.loaded"):
        for slug, name in PARTNERSHIPS.items():
            people.partnerships[slug] = _saved(Partnership(name=name, slug=slug, is_demo=True))
            for agency, (title, kind) in AGENCIES[slug].items():
                group = Group.objects.create(name=f"agency {agency}")
                people.agencies[agency] = _saved(Agency(partnership=people.partnerships[slug], group=group, name=title, slug=agency, type=kind))
        for slug in PANELS:
            _make_panel(people, slug)
        for persona in PERSONAS:
            _make_person(people, persona)
        for slug, partnership in people.partnerships.items():
            _sign_agreement(people, slug, partnership)
    return people


def _saved(record):
    record.save()
    return record


def _make_panel(people: People, slug: str) -> None:
    kind, partnership, name, service, minutes = PANELS[slug]
    people.panels[slug] = panel = _saved(
        Panel(
            partnership=people.partnerships[partnership], kind=kind, slug=slug, name=name, minutes_per_case=minutes,
            office_group=Group.objects.create(name=f"office {slug}"), idva_service=people.agencies[service] if service else None,
        )
    )  # fmt: skip
    for agency in SEATS[slug].split():
        _saved(Seat(panel=panel, agency=people.agencies[agency], starts_at=BEGINNING))


def _make_person(people: People, persona: Persona) -> None:
    user = User.objects.create_user(persona.username, PASSWORD, display_name=persona.display_name)
    membership = _saved(
        Membership(user=user, agency=people.agencies[persona.agency], role=persona.role, job_title=persona.job, starts_at=BEGINNING)
    )
    for slug in persona.panels:
        _saved(MembershipPanel(membership=membership, panel=people.panels[slug], starts_at=BEGINNING))
    for slug, office in persona.offices:
        _saved(PanelOffice(panel=people.panels[slug], membership=membership, office=office, starts_at=BEGINNING))
    people.users[persona.username] = user
    people.memberships[persona.username] = membership


def _sign_agreement(people: People, slug: str, partnership: Partnership) -> None:
    agreement = _saved(SharingAgreement(partnership=partnership, title=f"{partnership.name} information-sharing agreement"))
    version = _saved(AgreementVersion(agreement=agreement, number=1, in_force_from=BEGINNING.date()))
    for panel in people.panels.values():
        if panel.partnership_id == partnership.pk:
            _saved(AgreementPanel(agreement=agreement, panel=panel, starts_at=BEGINNING))
    signer = people.users["ines" if slug == "harbourne" else "nell"]
    for agency in people.agencies.values():
        if agency.partnership_id == partnership.pk:
            _saved(AgreementSignature(agreement_version=version, agency=agency, signed_by=signer, starts_at=BEGINNING))
