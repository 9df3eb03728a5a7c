"""Answers to a decision to share, for tests that only need one: a power that reaches anybody, and a basis that carries anything."""

from audit.recorder import recording
from casework.commands.decisions import Answers
from casework.demo.people import DEMO
from casework.models import LegalCondition, LegalGateway


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
