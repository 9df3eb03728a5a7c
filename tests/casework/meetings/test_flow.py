"""From an empty agenda to an action with its outcome, through the pages, each by its persona."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.models import Action, CaseGrant, Hearing, HearingRisk, InformationItem, Meeting, Notice, ResearchReturn
from casework.queries.calendar import working_days_after
from casework.queries.meetings import window_ends
from tests.casework.meetings import story
from tests.casework.research.answering import decision, row, sent
from tests.sharing import first_choices


def post(client, url, **data):
    return client.post(url, {"_key": str(uuid4()), **data})


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def as_user(client, people, name):
    client.force_login(people.users[name])
    return client


def test_the_office_plans_lists_and_circulates(client, people):
    first, second = story.make_case(people, "Ashdown"), story.make_case(people, "Birchwood", children=1)
    as_user(client, people, "grace")
    day = working_days_after(timezone.localdate(), 9)
    answer = post(
        client,
        reverse("meeting_new"),
        panel=people.panels["harbourne-marac"].pk,
        at="9:30",
        place="Room 2",
        minutes_available=20,
        **boxes("day", day),
    )
    assert answer.status_code == 302, answer.context["form"].errors
    agenda = answer.url
    page = client.get(agenda).content.decode()
    assert page.index(second.reference) < page.index(first.reference)  # children first
    for case in (first, second):
        assert post(client, agenda, step="add", reference=case.reference).status_code == 302
    page = client.get(agenda).content.decode()
    assert "24 of 20 minutes" in page
    assert "4 minutes over" in page
    with acting(people.users["grace"]) as by:
        meeting = visible(by, Meeting).get()
    assert post(client, agenda, step="children_first").status_code == 302
    assert [h.case_id for h in story.hearings(people, meeting)] == [second.pk, first.pk]
    row = story.hearings(people, meeting)[1]
    post(client, agenda, step="up", reference=row.reference)
    assert [h.case_id for h in story.hearings(people, meeting)] == [first.pk, second.pk]
    post(client, agenda, step="remove", reference=row.reference)
    assert [h.case_id for h in story.hearings(people, meeting)] == [second.pk]
    post(client, agenda, step="add", reference=first.reference)
    assert [h.number for h in story.hearings(people, meeting)] == [1, 2]

    circulate = reverse("meeting_circulate", args=[meeting.reference])
    page = client.get(circulate)
    assert page.context["form"]["necessity"].value() is None
    choices = first_choices(page.context["form"])
    assert {page.context["form"][name].value() for name in choices} == {None}
    due = working_days_after(timezone.localdate(), 7)
    sent = {
        **choices,
        "necessity": "They must plan together.",
        "confirmed": "on",
        **boxes("research_due_on", due),
    }
    assert post(client, circulate, **(sent | {"necessity": ""})).status_code == 422
    assert CaseGrant.objects.filter(basis="window").count() == 0
    assert post(client, circulate, **sent).status_code == 302
    meeting = story.reread(people, meeting)
    assert meeting.status == "circulated"
    with acting(people.users["grace"]) as by:
        asked = visible(by, ResearchReturn).filter(hearing__meeting=meeting)
        assert {row.agency.slug for row in asked.select_related("agency")} == {
            "harbourne-police", "safe-harbour", "harbourne-csc", "quay-street", "harbourne-probation", "harbourne-homes", "harbourne-council",
        }  # fmt: skip
        assert {row.due_on for row in asked} == {due}
        grants = CaseGrant.objects.filter(basis="window")
        assert grants.count() == 14
        assert {grant.expires_at for grant in grants} == {window_ends(meeting)}
        assert all(grant.decision_id for grant in grants)
    with acting(people.users["tess"]) as by:
        assert {h.case_id for h in visible(by, Hearing)} == {first.pk, second.pk}
        assert visible(by, Notice).filter(kind="research.requested", subject=meeting.reference).count() == 1


def test_research_is_returned_and_nothing_known_is_one_step(client, people):
    meeting = story.circulated(people, 3)
    hearing = story.hearings(people, meeting)[0]
    as_user(client, people, "sam")
    url = reverse("meeting_research", args=[meeting.reference])
    assert post(client, url, all="1").status_code == 302
    with acting(people.users["sam"]) as by:
        assert {row.status for row in visible(by, ResearchReturn)} == {"nothing_known"}
        assert visible(by, ResearchReturn).count() == 3
    as_user(client, people, "tess")
    url = reverse("hearing_return", args=[hearing.reference])
    rows = sent(row(0, share=None, text="A child protection plan.", data_classes="child"))
    rows |= decision("tess", refusal_reason="It has no bearing on the risk.")
    page = post(client, url, more="1", **rows)
    assert page.status_code == 200
    assert page.content.decode().count("A child protection plan.") == 1
    assert 'name="item-1-text"' in page.content.decode()
    rows |= sent({}, row(1, text="", share="all_present"))
    refused = post(client, url, **rows)
    assert refused.status_code == 422
    assert "A child protection plan." in refused.content.decode()
    rows |= {"item-1-audience": "verbal_only"}
    answer = post(client, url, **rows)
    assert answer.status_code == 302, answer.context["form"].errors
    with acting(people.users["tess"]) as by:
        assert [(i.text, i.audience) for i in visible(by, InformationItem).order_by("pk")] == [
            ("A child protection plan.", "owner_only"),
            ("", "verbal_only"),
        ]
    for name, seen in {"grace": ["verbal_only"], "dan": ["verbal_only"], "helen": ["verbal_only"]}.items():
        with acting(people.users[name]) as by:
            assert [i.audience for i in visible(by, InformationItem)] == seen


def test_the_meeting_is_run_and_an_action_comes_to_its_outcome(client, people):
    meeting = story.circulated(people, 2)
    heard, other = story.hearings(people, meeting)
    as_user(client, people, "helen")
    answer = post(client, reverse("meeting_start", args=[meeting.reference]), confirmed="on")
    attendance = answer.url
    page = client.get(attendance)
    rows = {"seat-TOTAL_FORMS": 7, "seat-INITIAL_FORMS": 7}
    for number, form in enumerate(page.context["form"]):
        rows[f"seat-{number}-agency"] = form["agency"].value()
    rows |= {"seat-0-status": "present", "seat-0-attendee": "", "seat-0-accepted": "on"}
    assert post(client, attendance, **rows).status_code == 422
    rows["seat-0-attendee"] = "Tess Calloway"
    assert post(client, attendance, **rows).status_code == 302

    hearing = reverse("hearing", args=[heard.reference])
    assert (
        post(
            client, reverse("hearing_risk", args=[heard.reference]), target="victim", text="He knows where she works."
        ).status_code
        == 302
    )
    action_url = reverse("hearing_action", args=[heard.reference])
    due = working_days_after(timezone.localdate(), 3)
    with acting(people.users["helen"]) as by:
        risk = visible(by, HearingRisk).get()
    promise = {
        "agency": people.agencies["harbourne-csc"].pk,
        "description": "Visit the school.",
        "target": "child",
        "risk": risk.pk,
        **boxes("due_on", due),
    }
    assert post(client, action_url, **promise).status_code == 422  # whether it reveals the disclosure must be answered
    assert post(client, action_url, reveals_disclosure="no", **promise).status_code == 302
    record = reverse("hearing_record", args=[heard.reference])
    version = client.get(record).context["form_version"]
    done = {"summary": "High risk at work.", "risk_level": "high", "status": "heard"}
    assert post(client, record, _version=version, **(done | {"summary": ""})).status_code == 422
    assert post(client, record, _version=version, **done).status_code == 302
    page = client.get(hearing).content.decode()
    for text in ("High risk at work.", "He knows where she works.", "Visit the school."):
        assert text in page
    assert post(client, reverse("meeting_conclude", args=[meeting.reference]), confirmed="on").status_code == 302
    after = {row.pk: row for row in story.hearings(people, meeting)}
    assert (after[heard.pk].status, after[heard.pk].case.status) == ("heard", "heard")
    assert (after[other.pk].status, after[other.pk].case.status) == ("carried_over", "open")

    as_user(client, people, "tess")
    with acting(people.users["tess"]) as by:
        action = visible(by, Action).get()
        assert visible(by, Notice).filter(kind="action.agreed", subject=action.reference).count() == 1
    close = reverse("action_close", args=[action.reference])
    assert post(client, close, status="done", outcome="").status_code == 422
    assert post(client, close, status="done", outcome="The school knows whom to call.").status_code == 302
    with acting(people.users["grace"]) as by:
        assert visible(by, Action).get().outcome == "The school knows whom to call."
        assert visible(by, Notice).filter(kind="action.closed").count() == 1


@pytest.mark.parametrize("name", ["wendy", "nell", "viktor", "una", "amira", "omar"])
def test_nobody_else_opens_a_hearing(client, people, name):
    meeting = story.circulated(people, 1)
    hearing = story.hearings(people, meeting)[0]
    as_user(client, people, name)
    expected = 403 if name in ("viktor", "una") else 404  # the page is for members of panels; the hearing isn't theirs
    assert client.get(reverse("hearing", args=[hearing.reference])).status_code == expected
    as_user(client, people, "tess")
    assert client.get(reverse("hearing", args=[hearing.reference])).status_code == 200


def test_a_representative_does_not_run_the_office(client, people):
    meeting = story.circulated(people, 1)
    as_user(client, people, "dan")
    for name in (
        "meeting_agenda",
        "meeting_circulate",
        "meeting_start",
        "meeting_conclude",
        "meeting_attendance",
        "meeting_returns",
    ):
        assert client.get(reverse(name, args=[meeting.reference])).status_code == 403
    assert client.get(reverse("meeting", args=[meeting.reference])).status_code == 200
    assert re.search(r"Vera Ashdown", client.get(reverse("meeting", args=[meeting.reference])).content.decode())
