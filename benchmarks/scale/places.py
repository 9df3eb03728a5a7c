"""Who takes part: forty partnerships of very different size, six hundred agencies, and the three people who look.

`big` is a metropolitan police force that sits on the panels of twenty partnerships, `mid` the police of one partnership
with about two cases in a hundred, `small` a charity in the largest partnership with two hundred cases.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.contrib.auth.models import Group

from audit.actors import SystemActor
from audit.recorder import recording
from casework.models import (
    Agency,
    AgreementPanel,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Membership,
    MembershipPanel,
    Panel,
    Partnership,
    SharingAgreement,
    User,
)

BEGINNING = datetime(2015, 4, 1, tzinfo=UTC)
PARTNERSHIPS, AGENCIES, METROPOLITAN = 40, 600, 20
METROPOLITAN_SHARE, MIDDLE_SHARE = 0.55, 0.0205
MIDDLE = METROPOLITAN  # the first partnership outside the metropolis
KINDS = ["police", "idva_service", "childrens_social_care", "health_primary", "housing_local_authority", "probation", "council", "mental_health", "adult_social_care", "housing_registered_provider", "substance_use", "education", "health_acute", "voluntary_da_specialist", "other"]  # fmt: skip


@dataclass
class Places:
    """What was made, in the order of the partnerships; `weights` are the partnerships' shares of all cases."""

    weights: list[float]
    agencies: list[list[Agency]] = field(default_factory=list)
    panels: list[tuple[Panel, Panel]] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    staff: list[tuple[User, Agency]] = field(default_factory=list)

    @property
    def police(self) -> list[Agency]:
        """The force of each partnership: the metropolitan one in the first twenty."""
        return [self.agencies[0][0] if n < METROPOLITAN else own[0] for n, own in enumerate(self.agencies)]

    def panel_of(self, name: str) -> Panel:
        """The panel by which one of the three narrows her list."""
        return self.panels[MIDDLE if name == "mid" else 0][0]

    @property
    def charity(self) -> Agency:
        return self.agencies[0][-1]


def make_places(seed: int) -> Places:
    """Make all of them, in one recording."""
    places = Places(_weights(seed))
    with recording(by=SystemActor("benchmark"), event="demo.loaded"):
        signer = _user("signer")
        for number in range(PARTNERSHIPS):
            _make_partnership(places, number)
        versions = [_make_agreement(places, number, signer) for number in range(PARTNERSHIPS)]
        _sign_elsewhere(places, versions, signer)
        _make_people(places)
    return places


def _weights(seed: int) -> list[float]:
    """Twenty metropolitan partnerships with just over half of all, one with two in a hundred, nineteen with the rest."""
    draw = random.Random(seed)
    metropolis = [(rank + 2) ** -0.8 for rank in range(METROPOLITAN)]
    others = [draw.uniform(0.4, 1.6) for _ in range(PARTNERSHIPS - METROPOLITAN - 1)]
    rest = 1 - METROPOLITAN_SHARE - MIDDLE_SHARE
    return [
        *(METROPOLITAN_SHARE * share / sum(metropolis) for share in metropolis),
        MIDDLE_SHARE,
        *(rest * share / sum(others) for share in others),
    ]


def _saved(record):
    record.save()
    return record


def _user(name: str) -> User:
    return User.objects.create(username=name, display_name=name.title(), password="!")


def _make_partnership(places: Places, number: int) -> None:
    partnership = _saved(Partnership(name=f"Partnership {number}", slug=f"partnership-{number}"))
    places.agencies.append([])
    for kind in KINDS[: AGENCIES // PARTNERSHIPS]:
        slug = f"{kind.replace('_', '-')}-{number}"
        group = Group.objects.create(name=f"agency {slug}")
        places.agencies[-1].append(
            _saved(Agency(partnership=partnership, group=group, name=slug, slug=slug, type=kind))
        )
    places.panels.append(tuple(_make_panel(partnership, kind, number) for kind in ("marac", "asbpanel")))


def _make_panel(partnership: Partnership, kind: str, number: int) -> Panel:
    slug = f"{kind}-{number}"
    office = Group.objects.create(name=f"office {slug}")
    return _saved(Panel(partnership=partnership, kind=kind, slug=slug, name=slug, office_group=office))


def _make_agreement(places: Places, number: int, signer: User) -> AgreementVersion:
    agreement = _saved(SharingAgreement(partnership=places.panels[number][0].partnership, title=f"Agreement {number}"))
    version = _saved(AgreementVersion(agreement=agreement, number=1, in_force_from=BEGINNING.date()))
    for panel in places.panels[number]:
        _saved(AgreementPanel(agreement=agreement, panel=panel, starts_at=BEGINNING))
    for agency in places.agencies[number]:
        _sign(version, agency, signer)
    return version


def _sign(version: AgreementVersion, agency: Agency, signer: User) -> None:
    _saved(AgreementParty(agreement=version.agreement, agency=agency, state="active", since=BEGINNING))
    _saved(AgreementSignature(agreement_version=version, agency=agency, signed_by=signer, starts_at=BEGINNING))


def _sign_elsewhere(places: Places, versions: list[AgreementVersion], signer: User) -> None:
    for version in versions[1:METROPOLITAN]:
        _sign(version, places.police[0], signer)


def _make_people(places: Places) -> None:
    """The three who look, and one member of staff for each agency, to whom cases are assigned."""
    metropolis = [panel for panels in places.panels[:METROPOLITAN] for panel in panels]
    _make_person(places, "big", places.police[0], metropolis)
    _make_person(places, "mid", places.police[MIDDLE], places.panels[MIDDLE])
    _make_person(places, "small", places.charity, places.panels[0])
    for number, agencies in enumerate(places.agencies):
        for agency in agencies:
            user = _make_person(places, f"staff-{agency.slug}", agency, places.panels[number])
            places.staff.append((user, agency))


def _make_person(places: Places, name: str, agency: Agency, panels) -> User:
    user = _user(name)
    membership = _saved(Membership(user=user, agency=agency, role="representative", starts_at=BEGINNING))
    for panel in panels:
        _saved(MembershipPanel(membership=membership, panel=panel, starts_at=BEGINNING))
    if not name.startswith("staff-"):
        places.users[name] = user
    return user
