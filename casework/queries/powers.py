"""The list of powers to share as one partnership uses it, and trying out which of them a disclosure could rely on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from casework.access.agreements import can_read_agreements
from casework.access.gateways import DATA, POWERS, Offer, conditions_for, offer
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Agency, AgencyType, GatewaySetting, LegalCondition, LegalGateway, Panel, Purpose
from casework.queries.calendar import say_day
from casework.queries.decisions import switched
from casework.queries.home import Task, task_source

CHECK_EVERY = timedelta(days=365)  # our default (domain: information sharing 1.1, GW-04)


@dataclass(frozen=True)
class PowerLine:
    """One power as the partnership uses it. `used`: offered where it fits; a framework or standard is context, never offered."""

    row: LegalGateway
    setting: GatewaySetting | None
    used: bool
    is_context: bool
    checked_on: date | None
    check_due: bool
    from_whom: str
    to_whom: str
    what_for: str
    never: str

    @property
    def check(self) -> str:
        """What to say of its text: check before use, legal check due, or when it was checked."""
        if self.checked_on is None:
            return "Check before use"
        return "Legal check due" if self.check_due else f"Checked on {say_day(self.checked_on)}"

    @property
    def use(self) -> str:
        return "Context only" if self.is_context else "In use" if self.used else "Switched off"

    @property
    def in_force(self) -> str:
        """`Since 1 May 2024`, `Until …`, both, or that no date is recorded."""
        first, last = self.row.in_force_from, self.row.in_force_to
        words = [f"from {say_day(first)}" if first else "", f"until {say_day(last)}" if last else ""]
        said = " ".join(filter(None, words))
        return said[:1].upper() + said[1:] or "No dates are recorded"


def powers(viewer: Viewer) -> list[PowerLine]:
    """Every power of the catalogue, those that can be relied on first, by title."""
    settings = {
        row.gateway_id: row for row in visible(viewer, GatewaySetting).filter(partnership_id=viewer.partnership_id)
    }
    today = timezone.localdate()
    lines = [_line(row, settings.get(row.pk), today) for row in LegalGateway.objects.order_by("title", "pk")]
    return sorted(lines, key=lambda line: line.is_context)


def power_by_code(viewer: Viewer, code: str) -> PowerLine | None:
    return next((line for line in powers(viewer) if line.row.code == code), None)


def _line(row: LegalGateway, setting: GatewaySetting | None, today: date) -> PowerLine:
    checked = (setting.verified_on if setting else None) or row.verified_on
    return PowerLine(
        row=row,
        setting=setting,
        used=setting.is_on if setting else row.is_offered,
        is_context=row.kind not in POWERS,
        checked_on=checked,
        check_due=checked is not None and today - checked > CHECK_EVERY,
        from_whom=_types(row.discloser_types),
        to_whom=_types(row.recipient_types)
        + (", or who acts on behalf of one of them" if row.on_behalf_counts and row.recipient_types else ""),
        what_for=", ".join(Purpose(each).label for each in row.purposes) or "Any purpose",
        never=", ".join(DATA.get(each, each) for each in row.excluded_data_classes),
    )


def _types(types: Sequence[str]) -> str:
    return ", ".join(AgencyType(each).label for each in types) or "Any agency"


@dataclass(frozen=True)
class Tried:
    """What a disclosure could rely on: powers and lawful bases, each with those refused and the sentence that says why.

    `lines` are the powers offered as the partnership uses them.
    """

    lines: list[PowerLine]
    powers: Offer
    bases: Offer


def try_out(
    viewer: Viewer,
    *,
    panel: Panel,
    discloser: Agency,
    recipients: Sequence[Agency],
    purpose: str,
    data_classes: Collection[str],
    requested: bool,
) -> Tried:
    """Test the tuple against the whole catalogue as it stands today; nothing is recorded or disclosed."""
    today, listed = timezone.localdate(), powers(viewer)
    found = offer(
        [line.row for line in listed], discloser=discloser, recipients=recipients, purpose=purpose, data_classes=data_classes,
        on=today, panel_kind=panel.kind, requested=requested, switched=switched(viewer.partnership_id),
    )  # fmt: skip
    bases = conditions_for(
        LegalCondition.objects.order_by("title", "pk"), agency_type=discloser.type, data_classes=data_classes, on=today,
        panel_kind=panel.kind,
    )  # fmt: skip
    return Tried([line for line in listed if line.row in found.offered], found, bases)


@task_source
def power_tasks(viewer: Viewer) -> list[Task]:
    """One line for the governance leads where the text of powers in use has not been checked for a year."""
    if not can_read_agreements(viewer) or viewer.governs is None:
        return []
    due = sum(line.check_due and line.used for line in powers(viewer))
    return [Task(f"Legal check due: {due} of the powers in use", "powers", group="Legal powers")] if due else []
