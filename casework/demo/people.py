"""Makes Safer Harbourne and its neighbour Northgate: the agencies, panels and people whom the demo, the tests and the manual speak of."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.contrib.auth.models import Group

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.demo.personas import AGENCIES, ON_BEHALF, PANELS, PARTNERSHIPS, PASSWORD, PERSONAS, SEATS, Persona
from casework.models import (
    Agency,
    AgreementPanel,
    AgreementParty,
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
BEGINNING = datetime(2020, 4, 1, tzinfo=UTC)
DEMO = SystemActor("demo")


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
                people.agencies[agency] = _saved(
                    Agency(
                        partnership=people.partnerships[slug], group=group, name=title, slug=agency, type=kind,
                        acts_on_behalf_of=people.agencies.get(ON_BEHALF.get(agency, "")),
                    )
                )  # fmt: skip
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
        Membership(
            user=user,
            agency=people.agencies[persona.agency],
            role=persona.role,
            job_title=persona.job,
            starts_at=BEGINNING,
        )
    )
    for slug in persona.panels:
        _saved(MembershipPanel(membership=membership, panel=people.panels[slug], starts_at=BEGINNING))
    for slug, office in persona.offices:
        _saved(PanelOffice(panel=people.panels[slug], membership=membership, office=office, starts_at=BEGINNING))
    people.users[persona.username] = user
    people.memberships[persona.username] = membership


def _sign_agreement(people: People, slug: str, partnership: Partnership) -> None:
    agreement = _saved(
        SharingAgreement(partnership=partnership, title=f"{partnership.name} information-sharing agreement")
    )
    version = _saved(AgreementVersion(agreement=agreement, number=1, in_force_from=BEGINNING.date()))
    for panel in people.panels.values():
        if panel.partnership_id == partnership.pk:
            _saved(AgreementPanel(agreement=agreement, panel=panel, starts_at=BEGINNING))
    signer = people.users["ines" if slug == "harbourne" else "nell"]
    for agency in people.agencies.values():
        if agency.partnership_id == partnership.pk:
            _saved(
                AgreementParty(agreement=agreement, agency=agency, state=AgreementParty.State.ACTIVE, since=BEGINNING)
            )
            _saved(AgreementSignature(agreement_version=version, agency=agency, signed_by=signer, starts_at=BEGINNING))
