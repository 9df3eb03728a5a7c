"""Answers to a decision to share, for tests that only need one: a power that reaches anybody, and a basis that carries anything."""

from audit.recorder import recording
from casework.access.viewer import Viewer
from casework.commands.decisions import Answers, decide
from casework.demo.people import DEMO
from casework.models import Agency, DisclosureDecision, LegalCondition, LegalGateway, Meeting, Panel
from casework.queries.seats import seated_agencies


def _row(model, code: str, **values):
    found = model.objects.filter(code=code).first()
    if found is None:
        found = model(code=code, title=values.pop("title", "A row for tests"), source="a test", **values)
        with recording(by=DEMO, event="demo.loaded"):
            found.save()
    return found


def any_power() -> LegalGateway:
    """A power of any agency towards any other, for any purpose and any data."""
    return _row(LegalGateway, "test", title="A power", kind=LegalGateway.Kind.POWER)


def any_basis() -> LegalCondition:
    """A lawful basis of any agency that carries every class of data."""
    carried = ["special", "health-confidential", "offence", "counselling", "child", "safe-address", "source-identity"]
    return _row(
        LegalCondition, "test-basis", title="A basis", article6="(e)", special_condition="s", offence_condition="o", covers=carried
    )  # fmt: skip


def answers(necessity: str = "They must plan together.", victim_views: str = "They agree.", **given) -> Answers:
    """Answers that pass, unless what is given speaks against them."""
    given = {"gateway": given.pop("gateway", None) or any_power(), "purpose": "da_safety"} | given
    given.setdefault("condition", any_basis())
    return Answers(necessity=necessity, victim_views=victim_views, **given)


def decided(*, by: Viewer, panel: Panel, **parts) -> DisclosureDecision:
    """A decision of the office with the usual answers, or with those words that are given. Called inside a recording."""
    words = {name: parts.pop(name) for name in ("gateway", "necessity", "victim_views") if name in parts}
    kind = DisclosureDecision.Kind.CIRCULATION if parts.get("meeting") else DisclosureDecision.Kind.CASE
    return decide(by=by, kind=kind, panel=panel, answers=answers(**words), **parts)


def to_everybody(meeting: Meeting, **words) -> list[tuple[Answers, list[Agency]]]:
    """What `circulate` shares: with every seated agency, in one set."""
    return [(answers(**words), seated_agencies(meeting.panel))]


def first_choices(form) -> dict[str, str]:
    """What somebody sends who ticks the first power and the first basis of every question about them."""
    asked = [name for name in form.fields if name.startswith("power") or name == "condition"]
    return {name: form.fields[name].choices[0][0] for name in asked}
