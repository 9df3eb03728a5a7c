"""Decisions in the demo: a statement that waits for a second person, a case given outside a meeting, and a correction."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import Viewer, acting
from casework.commands.decisions import Answers
from casework.commands.register import correct
from casework.commands.research import Statement, return_research
from casework.commands.sharing import give_case
from casework.demo.sharing import answers_for
from casework.demo.story import Story
from casework.models import (
    Basis,
    Case,
    CaseGrant,
    Consent,
    DataClass,
    Depth,
    DisclosureDecision,
    LegalCondition,
    LegalGateway,
    Meeting,
    Panel,
    ResearchReturn,
)
from casework.queries.sharing import may_be_given

PANEL = "harbourne-marac"
SURGERY = (
    "Seen twice in six weeks with bruising to the upper arms and once with a cut lip. She asked that nothing be written on the "
    "letter that goes to the house."
)
GIVEN_FOR = 30


def tell_decisions(story: Story) -> None:
    """By the clock of today, after the coming meeting was circulated."""
    panel = story.people.panels[PANEL]
    with acting(story.people.users["priya"]) as by:
        _waiting_statement(by, panel)
    with acting(story.people.users["grace"]) as by:
        made = _given_case(by, panel, story)
    if made is not None:
        with acting(story.people.users["helen"]) as by:
            _correction(by, made)


def _waiting_statement(by: Viewer, panel: Panel) -> None:
    """A GP shares confidential health information without agreement: it waits until the chair has released it."""
    asked = visible(by, ResearchReturn).filter(
        agency_id=by.agency_id, hearing__meeting__panel=panel, hearing__meeting__status=Meeting.Status.CIRCULATED,
    ).order_by("hearing__number").first()  # fmt: skip
    if asked is None:
        return
    answers = Answers(
        gateway=LegalGateway.objects.get(code="NHS_CONF"), condition=LegalCondition.objects.get(code="TASK_SAFEGUARD"),
        purpose="da_safety", consent=Consent.NOT_SOUGHT_UNSAFE, confidence=DisclosureDecision.Confidence.PUBLIC_INTEREST,
        necessity="Nobody else has seen the injuries, and they are getting closer together.",
        victim_views="She is afraid that he will learn that she came; she wants it to stop.",
        override_reason="He reads her messages and sits in on her calls; asking her now could cost her life.",
        advice="The practice's Caldicott lead agreed today that the risk of serious harm outweighs the duty of confidence.",
    )  # fmt: skip
    said = Statement("fact", "all_present", SURGERY, [DataClass.PERSONAL, DataClass.HEALTH_CONFIDENTIAL])
    return_research(by=by, asked=asked, statements=[said], answers=answers)


def _given_case(by: Viewer, panel: Panel, story: Story) -> DisclosureDecision | None:
    """A case whose windows are over is given to children's social care for a month."""
    windows = visible(by, CaseGrant).live().filter(panel=panel, basis=Basis.WINDOW).values("content_object")
    case = visible(by, Case).filter(panel=panel, closed_at=None).exclude(pk__in=windows).order_by("pk").first()
    wanted = [agency for agency in may_be_given(by, case) if agency.slug == "harbourne-csc"] if case else []
    if not wanted:
        return None
    answers = answers_for(
        by, panel, wanted, "A new baby came into the household after the meeting.", "She knows and wants the help."
    )
    until = max(story.today, timezone.localdate()) + timedelta(days=GIVEN_FOR)
    return give_case(
        by=by,
        case=case,
        agencies=wanted,
        until=until,
        reach=Depth.FULL,
        answers=replace(answers, consent=Consent.GIVEN),
    )


def _correction(by: Viewer, made: DisclosureDecision) -> None:
    """The chair corrects who was right about the household."""
    answers = answers_for(
        by, made.panel, [row.agency for row in made.recipients.select_related("agency")],
        "Her sister moved in with a new baby after the meeting; the baby is in the household, and is not hers.",
        "She knows and wants the help. Her sister was told by the adviser.",
    )  # fmt: skip
    correct(by=by, decision=made, answers=replace(answers, consent=Consent.GIVEN))
