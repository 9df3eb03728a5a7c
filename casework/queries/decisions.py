"""What a decision to share can rely on here and now, and the decisions that have been made, read as one viewer."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from casework.access.gateways import DATA, Offer, RecipientSets, conditions_for, offer, recipient_sets
from casework.access.viewer import Viewer, versions_in_force
from casework.models import (
    Agency,
    AgreementPanel,
    DataClass,
    GatewaySetting,
    InformationItem,
    LegalCondition,
    LegalGateway,
    Panel,
    Purpose,
)

WHOLE_CASE = frozenset({DataClass.PERSONAL, DataClass.SPECIAL})


def switched(partnership_id: int) -> dict[str, bool]:
    """What the partnership has switched on or off, by code of the power; what it left alone is not in it."""
    return dict(GatewaySetting.objects.filter(partnership_id=partnership_id).values_list("gateway__code", "is_on"))


@dataclass(frozen=True)
class PowerFor:
    """A power relied on for one purpose: what a person chooses. It answers for the row in `casework.access.gateways`."""

    gateway: LegalGateway
    purpose: str

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "gateway"), name)

    @property
    def value(self) -> str:
        """What a form sends."""
        return f"{self.gateway.code}:{self.purpose}"

    @property
    def label(self) -> str:
        """The power and the purpose in words."""
        purpose = Purpose(self.purpose).label
        checked = "" if self.gateway.verified_on else " (check before use)"
        return f"{self.gateway.title}, for: {purpose[0].lower()}{purpose[1:]}{checked}"

    @property
    def hint(self) -> str:
        return self.gateway.provision or self.gateway.source


@dataclass(frozen=True)
class Choices:
    """What can be chosen in a decision, and each power that cannot with the sentence that says why."""

    powers: list[PowerFor]
    bases: list[LegalCondition]
    refused: list[tuple[LegalGateway, str]]


@dataclass(frozen=True)
class Occasion:
    """Who discloses on which panel, when, and which classes of data: what is the same for every power."""

    panel: Panel
    discloser: Agency
    data_classes: Collection[str]
    on: date
    switched: Mapping[str, bool]

    @classmethod
    def of(cls, panel: Panel, discloser: Agency, data_classes: Collection[str], on: date) -> "Occasion":
        return cls(panel, discloser, data_classes, on, switched(panel.partnership_id))

    @property
    def told(self) -> dict:
        """What `casework.access.gateways` asks, but for the recipients and the purpose."""
        return {
            "discloser": self.discloser, "data_classes": self.data_classes, "on": self.on, "panel_kind": self.panel.kind,
            "switched": self.switched,
        }  # fmt: skip


def discloser_for(agency_id: int) -> Agency:
    """The agency that discloses, with the authority that it may act for."""
    return Agency.objects.select_related("acts_on_behalf_of").get(pk=agency_id)


def choices_here(
    viewer: Viewer, panel: Panel, recipients: Iterable[Agency], items: Iterable[InformationItem] = ()
) -> Choices:
    """What the viewer's agency can rely on today towards these recipients, for these statements or for a whole case."""
    occasion = Occasion.of(panel, discloser_for(viewer.agency_id), classes_of(items), timezone.localdate())
    others = {agency.pk for agency in recipients} - {viewer.agency_id}
    return choices_for(occasion, Agency.objects.filter(pk__in=others).select_related("acts_on_behalf_of"))


def classes_of(items: Iterable[InformationItem]) -> set[str]:
    """The classes of data in these statements; of a whole case, what every case holds."""
    return {each for item in items for each in item.data_classes} or set(WHOLE_CASE)


def classes_in_words(classes: Iterable[str]) -> str:
    """The classes of data as a person reads them, such as “personal data, a safe address”."""
    held = set(classes)
    return ", ".join(words for code, words in DATA.items() if code in held)


def purposes_of(panel: Panel, on: date) -> list[str]:
    """What this kind of panel shares for, the most usual first, as far as its agreement in force says so."""
    usual = list(panel.plugin.purposes) or list(Purpose.values)
    agreements = AgreementPanel.objects.live().filter(panel=panel).values("agreement")
    agreed = {purpose for version in versions_in_force(agreements, on).values() for purpose in version.purposes}
    return [purpose for purpose in usual if not agreed or purpose in agreed]


def choices_for(occasion: Occasion, recipients: Iterable[Agency]) -> Choices:
    """The powers towards all these recipients for any purpose of the panel, the lawful bases, and what cannot be relied on."""
    rows, who = list(_powers()), list(recipients)
    offers = [
        (purpose, offer(rows, recipients=who, purpose=purpose, **occasion.told))
        for purpose in purposes_of(occasion.panel, occasion.on)
    ]
    powers = [PowerFor(row, purpose) for purpose, found in offers for row in found.offered]
    return Choices(powers, bases_offered(occasion), _never(offers))


def _never(offers: list[tuple[str, Offer]]) -> list[tuple[LegalGateway, str]]:
    """Rows that no purpose makes usable, each with the sentence that says most: not merely that it serves another purpose."""
    usable = {row.pk for _, found in offers for row in found.offered}
    said: dict[int, tuple[LegalGateway, str]] = {}
    for _, found in offers:
        for row, sentence in found.refused:
            weak = row.pk in said and said[row.pk][1].startswith(OTHER_PURPOSE)
            if row.pk not in usable and (row.pk not in said or weak):
                said[row.pk] = (row, sentence)
    return list(said.values())


OTHER_PURPOSE = "This power does not serve this purpose"


def bases_offered(occasion: Occasion) -> list[LegalCondition]:
    """The lawful bases with their conditions that the discloser can rely on."""
    return conditions_for(
        LegalCondition.objects.order_by("title", "pk"), agency_type=occasion.discloser.type,
        data_classes=occasion.data_classes, on=occasion.on, panel_kind=occasion.panel.kind,
    ).offered  # fmt: skip


def sets_for(occasion: Occasion, recipients: Iterable[Agency]) -> RecipientSets:
    """Recipients by the powers that can be relied on towards each, for any purpose of the panel; `gateways` are `PowerFor`."""
    rows = list(_powers())
    purposes = purposes_of(occasion.panel, occasion.on)
    serving = [
        _Serving(row, purpose) for purpose in purposes for row in rows if not row.purposes or purpose in row.purposes
    ]
    found = recipient_sets(serving, recipients=recipients, purpose=purposes[0], **occasion.told)
    for each in found.sets:
        each.gateways.sort(key=lambda power: (purposes.index(power.purpose), power.title))
    return found


class _Serving(PowerFor):
    """A power that has been found to serve its purpose: the test of the purpose is done."""

    purposes: list[str] = []


def _powers() -> QuerySet:
    return LegalGateway.objects.order_by("title", "pk")
