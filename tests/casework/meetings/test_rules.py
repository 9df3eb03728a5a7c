"""What meetings, research and actions refuse, end, and count once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.recorder import recording
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands import hearings, research
from casework.commands.access import declare_conflict, end_grant
from casework.commands.actions import close_action
from casework.commands.circulation import circulate
from casework.commands.locking import Stale
from casework.commands.meetings import list_case
from casework.models import Action, AgreementSignature, CaseGrant, Hearing, InformationItem, Meeting, ResearchReturn
from casework.queries.home import tasks_for
from casework.queries.meetings import agenda, research_due
from casework.urls import urlpatterns  # noqa: F401 -- pages register what a home shows
from tests.casework.meetings import story
from tests.casework.research.answering import answers
from tests.sharing import to_everybody


def promise(people, meeting, hearing, slug="harbourne-csc", days=3):
    """An action of an agency, agreed at the meeting."""
    with acting(people.users["helen"]) as by:
        made = hearings.Promise(
            people.agencies[slug], "Canarypromise", timezone.localdate() + timedelta(days=days), "victim", "no"
        )
        return hearings.agree_action(
            by=by,
            hearing=visible(by, Hearing).select_related("meeting__panel", "case").get(pk=hearing.pk),
            promise=made,
        )


def close_windows(people, meeting):
    """The windows of a meeting end now."""
    with acting(people.users["grace"]) as by, recording(by=by, event="access.ended"):
        for grant in CaseGrant.objects.filter(meeting=meeting, basis="window"):
            end_grant(grant=grant)


def test_when_its_window_is_over_an_agency_reads_nothing_but_what_it_owes(client, people):
    meeting = story.in_session(people, 1)
    hearing = story.hearings(people, meeting)[0]
    ours, theirs = promise(people, meeting, hearing), promise(people, meeting, hearing, "harbourne-police")
    with acting(people.users["tess"]) as by:
        assert visible(by, Action).count() == 2
        assert visible(by, Hearing).count() == 1
    close_windows(people, meeting)
    with acting(people.users["tess"]) as by:
        assert [row.pk for row in visible(by, Action)] == [ours.pk]
        assert (
            visible(by, Hearing).count()
            == visible(by, ResearchReturn).count()
            == visible(by, InformationItem).count()
            == 0
        )
    client.force_login(people.users["tess"])
    assert client.get(reverse("hearing", args=[hearing.reference])).status_code == 404
    assert client.get(reverse("action", args=[theirs.reference])).status_code == 404
    page = client.get(reverse("actions")).content.decode()
    assert ours.reference in page
    assert hearing.case.reference not in page
    with acting(people.users["tess"]) as by:
        closed = close_action(
            by=by, action=visible(by, Action).select_related("panel").get(), status="done", outcome="Done."
        )
    assert closed.status == "done"


def test_closing_when_the_window_is_over_still_names_the_case(people, monkeypatch):
    from audit import recorder

    meeting = story.in_session(people, 1)
    hearing = story.hearings(people, meeting)[0]
    promise(people, meeting, hearing)
    close_windows(people, meeting)
    told, write = [], recorder.write_event
    monkeypatch.setattr(recorder, "write_event", lambda record, *rest: (told.append(record), write(record, *rest)))
    with acting(people.users["tess"]) as by:
        close_action(
            by=by, action=visible(by, Action).select_related("panel").get(), status="not_possible", outcome="She moved."
        )
    assert [event.cases for event in told if event.event == "action.closed"] == [[hearing.case.reference]]


def test_an_agency_whose_signature_has_ended_is_given_nothing(people):
    meeting = story.listed(people, 1)
    with acting(people.users["grace"]) as by, recording(by=by, event="access.ended"):
        signature = AgreementSignature.objects.get(agency=people.agencies["harbourne-homes"])
        signature.ends_at = timezone.now()
        signature.save()
    with acting(people.users["grace"]) as by:
        circulate(
            by=by,
            meeting=meeting,
            shares=to_everybody(meeting),
            research_due_on=research_due(meeting),
        )
        assert people.agencies["harbourne-homes"].group_id not in CaseGrant.objects.values_list("group_id", flat=True)
        assert visible(by, ResearchReturn).count() == 6


def test_a_conflict_wins_over_the_window(people):
    meeting = story.listed(people, 1)
    case = story.hearings(people, meeting)[0].case
    with acting(people.users["grace"]) as by, recording(by=by, event="conflict.declared"):
        declare_conflict(by=by, user=people.users["tess"], panel_id=meeting.panel_id, reason="Her cousin", case=case)
    with acting(people.users["grace"]) as by:
        circulate(
            by=by,
            meeting=meeting,
            shares=to_everybody(meeting),
            research_due_on=research_due(meeting),
        )
    for name, seen in {"tess": 0, "dan": 1}.items():
        with acting(people.users[name]) as by:
            assert visible(by, Hearing).count() == seen


def test_late_additions_are_circulated_by_a_decision_of_their_own(people):
    meeting = story.circulated(people, 1)
    late = story.make_case(people, "Latecomer")
    with acting(people.users["grace"]) as by:
        list_case(by=by, meeting=meeting, case=late, minutes=10, listing_reason="new")
        with pytest.raises(NotNow):
            list_case(by=by, meeting=meeting, case=late, minutes=10, listing_reason="new")
    with acting(people.users["dan"]) as by:
        assert visible(by, Hearing).count() == 1
    with acting(people.users["grace"]) as by:
        circulate(
            by=by,
            meeting=meeting,
            shares=to_everybody(meeting),
            research_due_on=research_due(meeting),
        )
        with pytest.raises(NotNow):
            circulate(
                by=by,
                meeting=meeting,
                shares=to_everybody(meeting),
                research_due_on=research_due(meeting),
            )
        assert len(set(CaseGrant.objects.filter(basis="window").values_list("decision_id", flat=True))) == 2
    with acting(people.users["dan"]) as by:
        assert visible(by, Hearing).count() == 2


def test_one_agency_cannot_answer_for_another_nor_close_its_action(people):
    meeting = story.in_session(people, 1)
    hearing = story.hearings(people, meeting)[0]
    promise(people, meeting, hearing)
    with acting(people.users["tess"]) as by:
        asked = visible(by, ResearchReturn).select_related("hearing__meeting", "case").get()
    with acting(people.users["dan"]) as by:
        with pytest.raises(PermissionDenied):
            research.return_research(by=by, asked=asked, statements=[], answers=answers("dan"))
        with pytest.raises(PermissionDenied):
            close_action(by=by, action=visible(by, Action).get(), status="done", outcome="Not ours.")
        asked.agency_id = people.agencies["harbourne-police"].pk  # a forged row finds nothing to lock
        with pytest.raises(Http404):
            research.nothing_known(by=by, returns=[asked])


def test_after_the_meeting_nothing_is_added(people):
    meeting = story.in_session(people, 1)
    with acting(people.users["helen"]) as by:
        hearings.conclude_meeting(by=by, meeting=meeting)
    with acting(people.users["tess"]) as by:
        asked = visible(by, ResearchReturn).select_related("hearing__meeting", "case").get()
        with pytest.raises(NotNow):
            research.return_research(
                by=by,
                asked=asked,
                statements=[research.Statement("fact", "all_present", "Late.")],
                answers=answers("tess"),
            )


def test_the_victim_s_wishes_reach_the_hearing(client, people):
    meeting = story.circulated(people, 2)
    mine, other = story.hearings(people, meeting)
    story.assign_amira(people, mine.case)
    client.force_login(people.users["amira"])
    today = timezone.localdate()
    sent = {
        "text": "She wants to stay at home.",
        "audience": "all_present",
        "said_on_day": today.day,
        "said_on_month": today.month,
        "said_on_year": today.year,
    }
    assert client.post(reverse("hearing_wishes", args=[other.reference]), sent).status_code == 404
    assert client.post(reverse("hearing_wishes", args=[mine.reference]), sent).status_code == 302
    client.force_login(people.users["helen"])
    assert "She wants to stay at home." in client.get(reverse("hearing", args=[mine.reference])).content.decode()


def test_who_saves_second_sees_both_texts(client, people):
    meeting = story.in_session(people, 1)
    hearing = story.hearings(people, meeting)[0]
    url = reverse("hearing_record", args=[hearing.reference])
    client.force_login(people.users["helen"])
    version = client.get(url).context["form_version"]
    with acting(people.users["grace"]) as by:
        hearings.record_hearing(
            by=by, hearing=hearing, version=version, risk_level="unclear", summary="Written by grace.", status="listed"
        )
    sent = {
        "_key": str(uuid4()),
        "_version": version,
        "summary": "Written by helen.",
        "risk_level": "high",
        "status": "heard",
    }
    answer = client.post(url, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Written by grace." in page
    assert "Written by helen." in page
    with acting(people.users["grace"]) as by:
        with pytest.raises(Stale):
            hearings.record_hearing(by=by, hearing=hearing, version=version, risk_level="", summary="", status="listed")
        assert visible(by, Hearing).get().summary == "Written by grace."


def test_a_form_sent_twice_counts_once(client, people):
    meeting = story.in_session(people, 1)
    hearing = story.hearings(people, meeting)[0]
    client.force_login(people.users["helen"])
    url, due = reverse("hearing_action", args=[hearing.reference]), timezone.localdate() + timedelta(days=3)
    sent = {
        "_key": str(uuid4()), "agency": people.agencies["harbourne-csc"].pk, "description": "Visit.", "target": "child",
        "reveals_disclosure": "no", "due_on_day": due.day, "due_on_month": due.month, "due_on_year": due.year,
    }  # fmt: skip
    first, second = client.post(url, sent), client.post(url, sent)
    assert (first.status_code, second.status_code, first.url) == (302, 302, second.url)
    with acting(people.users["helen"]) as by:
        assert visible(by, Action).count() == 1


@pytest.mark.parametrize(
    ("page", "persona"),
    [
        ("meetings", "grace"),
        ("actions", "tess"),
        ("meeting", "dan"),
        ("meeting_research", "sam"),
        ("meeting_agenda", "grace"),
    ],
)
def test_a_longer_list_asks_no_more_questions(client, people, page, persona):
    def count(number):
        args = [] if page in ("meetings", "actions") else [meeting.reference]
        client.force_login(people.users[persona])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(page, args=args)).status_code == 200
        return len(queries)

    meeting = story.in_session(people, 1) if page == "actions" else story.circulated(people, 1)
    if page == "actions":
        promise(people, meeting, story.hearings(people, meeting)[0])
    count(1)
    one = count(1)
    for name in ("Xavier", "Yarrow"):
        case = story.make_case(people, name)
        if page == "actions":
            promise(people, meeting, story.hearings(people, meeting)[0])
        elif page == "meetings":
            story.plan(people, days=20)
        else:
            with acting(people.users["grace"]) as by:
                list_case(by=by, meeting=meeting, case=case, minutes=10, listing_reason="new")
    if page in ("meeting", "meeting_research"):
        with acting(people.users["grace"]) as by:
            circulate(
                by=by,
                meeting=meeting,
                shares=to_everybody(meeting),
                research_due_on=research_due(meeting),
            )
    assert count(3) == one


def test_a_filter_that_cannot_be_read_lists_nothing(client, people):
    meeting = story.in_session(people, 1)
    hearing = story.hearings(people, meeting)[0]
    soon, late = promise(people, meeting, hearing), promise(people, meeting, hearing, "harbourne-police", days=-2)
    client.force_login(people.users["tess"])
    for query, shown in {
        "": (soon, late),
        "?whose=ours": (soon,),
        "?due=overdue": (late,),
        "?status=done": (),
        "?status=nonsense": (),
        "?other=1": (),
    }.items():
        page = client.get(reverse("actions") + query).content.decode()
        assert [row for row in (soon, late) if row.reference in page] == [row for row in (soon, late) if row in shown]
    assert "cannot be read" in client.get(reverse("actions") + "?status=nonsense").content.decode()


def test_the_home_says_what_waits(people):
    meeting = story.listed(people, 1)

    def waiting(name):
        with acting(people.users[name]) as by:
            return {task.url_name for task in tasks_for(by)}

    assert "meeting_agenda" in waiting("grace")
    assert "meeting_research" not in waiting("tess")
    with acting(people.users["grace"]) as by:
        circulate(
            by=by,
            meeting=meeting,
            shares=to_everybody(meeting),
            research_due_on=research_due(meeting),
        )
    assert "meeting_packs" in waiting("grace")
    assert "meeting_research" in waiting("tess")
    with acting(people.users["helen"]) as by:
        meeting = hearings.start_meeting(by=by, meeting=meeting)
    promise(people, meeting, story.hearings(people, meeting)[0])
    assert "action_close" in waiting("tess")
    assert "action_close" not in waiting("wendy")


def test_the_agenda_counts_its_minutes(people):
    meeting = story.listed(people, 3)
    with acting(people.users["grace"]) as by:
        shown = agenda(by, visible(by, Meeting).select_related("panel").get(pk=meeting.pk))
    assert (shown.minutes, shown.over_by) == (36, 0)
    assert shown.ends_at - meeting.starts_at == timedelta(minutes=36)
