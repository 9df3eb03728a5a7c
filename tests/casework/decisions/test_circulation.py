"""The circulation: sets by what can be relied on, few choices, nothing typed again, nothing where no power reaches."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.circulation import circulate
from casework.commands.meetings import list_case
from casework.demo.people import DEMO
from casework.models import (
    AccessReview,
    Agency,
    CaseGrant,
    DecisionCase,
    DisclosureDecision,
    GatewaySetting,
    LegalGateway,
    Referral,
    ResearchReturn,
    new_reference,
)
from casework.queries.circulation import sets_of_agencies
from casework.queries.meetings import research_due
from marac.models import MaracReferral
from tests.casework.meetings import story
from tests.sharing import answers, first_choices, to_everybody

SEATS = 7
MOST_CHOICES = 8


def agenda(people, number: int):
    """A planned meeting with so many cases, each from a referral of the police that says why."""
    meeting = story.plan(people, 9)
    panel = people.panels["harbourne-marac"]
    for each in range(number):
        case = story.make_case(people, f"Family{each}", children=1)
        with acting(people.users["grace"]) as by, recording(by=by, event="case.opened", cases=[case.reference]):
            referral = Referral(
                reference=new_reference(), panel=panel, case=case, agency=people.agencies["harbourne-police"],
                referrer=people.users["dan"], status="accepted", referred_on=timezone.localdate(), reason=f"Reason {each}.",
            )  # fmt: skip
            referral.save()
            MaracReferral(referral=referral, consent="refused", awareness="yes").save()
        with acting(people.users["grace"]) as by:
            list_case(by=by, meeting=meeting, case=case, minutes=5, listing_reason="new")
    return meeting


def boxes(day) -> dict:
    return {"research_due_on_day": day.day, "research_due_on_month": day.month, "research_due_on_year": day.year}


def windows(people) -> set[str]:
    """The agencies that hold a window on a case of the panel, as its office reads it."""
    with acting(people.users["grace"]):
        groups = list(CaseGrant.objects.filter(basis="window").values_list("group_id", flat=True))
    return set(Agency.objects.filter(group__in=groups).values_list("slug", flat=True))


def test_sixteen_cases_to_seven_agencies_take_at_most_eight_choices(client, people):
    meeting = agenda(people, 16)
    client.force_login(people.users["grace"])
    address = reverse("meeting_circulate", args=[meeting.reference])
    page = client.get(address)
    form = page.context["form"]
    assert "necessity" not in form.fields  # every case has its referral's reason
    assert len(form.fields) <= MOST_CHOICES
    choices = first_choices(form)
    assert {form[name].value() for name in choices} == {None}
    sent = choices | {"confirmed": "on"} | boxes(research_due(meeting))
    assert client.post(address, sent).status_code == 302
    given = windows(people)
    assert len(given) == SEATS
    with acting(people.users["grace"]) as by:
        made = list(visible(by, DisclosureDecision).filter(meeting=meeting))
        assert len(made) == len(form.sets.sets)
        assert sorted(slug for row in made for slug in row.recipients.values_list("agency__slug", flat=True)) == sorted(
            given
        )
        for row in made:
            reasons = visible(by, DecisionCase).filter(decision=row).values_list("reason", flat=True)
            assert len(reasons) == 16
            assert all("Consent: refused. The victim knows of the referral: yes." in reason for reason in reasons)
            assert (row.consent, row.kind, row.decided_by_id) == ("as_referred", "circulation", by.user_id)
        assert visible(by, ResearchReturn).filter(hearing__meeting=meeting).count() == 16 * SEATS


def test_a_power_switched_off_is_gone_on_the_next_request_and_who_it_alone_reached_is_left_out(client, people):
    meeting = agenda(people, 1)
    client.force_login(people.users["grace"])
    address = reverse("meeting_circulate", args=[meeting.reference])
    before = client.get(address)
    offered = {value for name in before.context["form"].fields if name.startswith("power") for value, _ in before.context["form"].fields[name].choices}  # fmt: skip
    assert "CDA115:da_safety" in offered
    with recording(by=DEMO, event="demo.loaded"):
        for code in ("CDA115",):
            GatewaySetting(
                partnership=people.partnerships["harbourne"], gateway=LegalGateway.objects.get(code=code), is_on=False
            ).save()
    page = client.get(address)
    form = page.context["form"]
    offered = {value for name in form.fields if name.startswith("power") for value, _ in form.fields[name].choices}
    assert not {value for value in offered if value.startswith("CDA115")}
    left_out = {agency.slug: sentence for agency, sentence in form.sets.without}
    assert "safe-harbour" in left_out
    assert left_out["safe-harbour"] in page.content.decode().replace("&#x27;", "'")
    sent = first_choices(form) | {"confirmed": "on"} | boxes(research_due(meeting))
    assert client.post(address, sent).status_code == 302
    assert windows(people) == {agency.slug for each in form.sets.sets for agency in each.recipients}
    assert "safe-harbour" not in windows(people)


def test_an_agency_that_was_left_out_can_be_asked_later(people):
    meeting = agenda(people, 1)
    everybody = to_everybody(meeting)[0][1]
    for agencies in (everybody[:-1], everybody[-1:]):
        now = story.reread(people, meeting)
        with acting(people.users["grace"]) as by:
            circulate(by=by, meeting=now, shares=[(answers(), agencies)], research_due_on=research_due(meeting))
    assert len(windows(people)) == SEATS


def test_nobody_without_a_seat_and_nobody_twice(people):
    meeting = agenda(people, 1)
    everybody = to_everybody(meeting)[0][1]
    for agencies in ([people.agencies["northgate-police"]], [everybody[0], everybody[0]]):
        with acting(people.users["grace"]) as by, pytest.raises(ValidationError):
            circulate(by=by, meeting=meeting, shares=[(answers(), agencies)], research_due_on=research_due(meeting))
    assert windows(people) == set()


def test_a_set_that_the_power_does_not_reach_is_refused_whole(people):
    meeting = agenda(people, 1)
    given = answers(gateway=LegalGateway.objects.get(code="CDA115"))
    with acting(people.users["grace"]) as by, pytest.raises(ValidationError) as caught:
        circulate(
            by=by,
            meeting=meeting,
            shares=[(given, [people.agencies["quay-street"]])],
            research_due_on=research_due(meeting),
        )
    assert caught.value.message_dict == {
        "gateway": [
            "A primary care service cannot receive under Crime and Disorder Act 1998 s.115 because it is not a relevant authority "
            "and does not act on behalf of one."
        ]
    }
    assert windows(people) == set()


def test_who_is_late_with_its_review_is_left_out_and_the_others_are_asked(people):
    meeting = agenda(people, 1)
    with recording(by=DEMO, event="demo.loaded"):
        long_ago = timezone.localdate() - timedelta(days=90)
        AccessReview(agency=people.agencies["harbourne-homes"], opened_on=long_ago, due_on=long_ago).save()
    with acting(people.users["grace"]) as by:
        found = sets_of_agencies(by, meeting)
    assert [agency.slug for agency, _ in found.without] == ["harbourne-homes"]
