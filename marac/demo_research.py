"""What the demo's agencies answer about a hearing, each with its own decision: shared, shared in part, or held back."""

from casework.access.viewer import Viewer
from casework.commands.decisions import Answers
from casework.commands.research import Statement, nothing_known, return_research, withhold_research
from casework.demo.people import People
from casework.models import (
    AssertionType,
    Audience,
    Consent,
    DataClass,
    DisclosureDecision,
    LegalCondition,
    LegalGateway,
    ResearchReturn,
)
from marac.demo_cases import Kind

POWERS = {
    "dan": ("POLICE_COMMON", "P3_SAFEGUARD", "da_safety"),
    "priya": ("NHS_CONF", "TASK_SAFEGUARD", "da_safety"),
    "tess": ("CA89_17_OUT", "TASK_SAFEGUARD", "child_safeguard"),
    "sam": ("CDA115", "TASK_SAFEGUARD", "da_safety"),
    "lena": ("CDA115", "LI_SAFEGUARD", "da_safety"),
}
"""Who relies on what: the power, the lawful basis, the purpose."""

NAMED = {
    "tess": ("safe-harbour",),
    "sam": ("harbourne-police", "harbourne-csc", "harbourne-council", "harbourne-homes"),
    "lena": ("harbourne-police", "harbourne-csc", "harbourne-council", "harbourne-probation"),
}
"""Whom each names where not everybody may read; the crime and disorder power reaches no surgery and no charity."""

NECESSITY = {
    "dan": "Without what we have attended, the others would plan for a lesser risk than there is.",
    "priya": "The injuries show a risk that no other agency has seen, and she may be hurt again before she asks for help.",
    "tess": "The plan for the children cannot be made without those who see them.",
    "sam": "Those who visit must know what he is on an order for.",
    "lena": "What the neighbours hear tells when she is in most danger at home.",
}
SOURCES = {
    "dan": "Somebody who works in the shop where he asked.",
    "lena": "The household across the landing, who are afraid of him.",
}


def answer(by: Viewer, people: People, row: ResearchReturn, username: str, kind: Kind) -> None:
    """One agency's answer to one request."""
    statements = [
        _statement(people, username, *said)
        for who, *said in kind.items
        if who == username
    ]  # fmt: skip
    if statements:
        return_research(by=by, asked=row, statements=statements, answers=_answers(username, row, statements))
    elif username in kind.withheld:
        reason, advice = kind.withheld[username]
        withhold_research(by=by, asked=row, reason=reason, advice=advice)
    else:
        nothing_known(by=by, returns=[row])


def _statement(people: People, username: str, assertion: str, audience: str, data_class: str, text: str) -> Statement:
    about_child = data_class == DataClass.CHILD
    protected = assertion == AssertionType.INTELLIGENCE or (username == "lena" and assertion == AssertionType.REPORTED)
    return Statement(
        assertion, audience, text, [data_class], shared=audience != Audience.OWNER_ONLY,
        named=[people.agencies[slug].pk for slug in NAMED[username]] if audience == Audience.NAMED_AGENCIES else [],
        others="her children" if about_child else "", proportionality="It is said to keep them safe." if about_child else "",
        source_protected=protected, source=SOURCES[username] if protected else "",
    )  # fmt: skip


def _answers(username: str, row: ResearchReturn, statements: list[Statement]) -> Answers:
    power, basis, purpose = POWERS[username]
    asked = row.pk % 3 != 0
    in_confidence = any(DataClass.HEALTH_CONFIDENTIAL in statement.data_classes for statement in statements)
    return Answers(
        gateway=LegalGateway.objects.get(code=power), condition=LegalCondition.objects.get(code=basis), purpose=purpose,
        necessity=NECESSITY[username],
        victim_views="She asked us to tell those who can help." if asked else "Not known to us.",
        consent=Consent.GIVEN if asked else Consent.NOT_SOUGHT_UNSAFE,
        override_reason="" if asked else "Asking her would have been overheard, and she is in danger of serious harm.",
        confidence=DisclosureDecision.Confidence.PUBLIC_INTEREST if in_confidence else "",
        advice="The Caldicott guardian of the surgery: share what bears on the risk and no more." if in_confidence else "",
        refusal_reason="Not assessed yet, and it would point to who told us." if any(s.stays for s in statements) else "",
    )  # fmt: skip
