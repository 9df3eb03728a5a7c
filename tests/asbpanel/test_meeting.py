"""An ASB case at its panel: the same agenda, pack, meeting and actions as any other kind, in the order of risk."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import acting, as_recipient
from casework.commands.actions import close_action
from casework.commands.circulation import circulate
from casework.commands.hearings import Promise, agree_action, conclude_meeting, record_hearing, start_meeting
from casework.commands.interventions import InterventionDetails, record_intervention
from casework.commands.meetings import list_case, plan_meeting, put_children_first
from casework.documents.content import to_json
from casework.models import Action, Case, Hearing, InterventionType, Party
from casework.queries.calendar import working_days_after
from casework.queries.meetings import agenda, candidates, cases_to_list, hearings_of, research_due
from casework.queries.packs import PackFrame, compose
from tests.asbpanel.made import COMPLAINANT, CONTACT, SUMMARY
from tests.sharing import to_everybody


@pytest.fixture
def meeting(people):
    day = working_days_after(timezone.localdate(), 9)
    with acting(people.users["omar"]) as by:
        return plan_meeting(
            by=by, panel=people.panels["harbourne-asb"], starts_at=timezone.make_aware(datetime.combine(day, time(14))), place="The hub", minutes_available=60,
        )  # fmt: skip


def test_the_highest_risk_comes_first(people, taken, opened, meeting):
    low = opened("omar", taken("lena"), victim_risk="standard")
    high = opened("omar", taken("lena"), victim_risk="high")
    with acting(people.users["omar"]) as by:
        assert [row.case.pk for row in candidates(by, meeting)] == [high.pk, low.pk]
        for case in (low, high):
            list_case(by=by, meeting=meeting, case=case, minutes=8, listing_reason="new")
        assert (agenda(by, meeting).children_first, agenda(by, meeting).marked) == (False, True)
        put_children_first(by=by, meeting=meeting)
        assert [row.mark.label for row in agenda(by, meeting).rows] == ["High risk", "Standard risk"]


def test_from_agenda_to_outcome(people, taken, opened, meeting, client):
    report = taken("lena", source_name=COMPLAINANT, source_contact=CONTACT)
    case = opened("omar", report, taken("dan", narrative="Shouting at two."))
    today = timezone.localdate()
    with acting(people.users["omar"]) as by:
        subject = visible(by, Party).get(case=case, role="alleged_perpetrator")
        details = InterventionDetails(
            InterventionType.objects.get(code="abc"), subject, people.agencies["harbourne-council"], "agreed", "warnings did not help",
            age_check="his tenancy says so", conditions=[("No music after ten", False), ("Meet the officer", True)],
        )  # fmt: skip
        record_intervention(by=by, case=case, details=details)
        hearing = list_case(by=by, meeting=meeting, case=case, minutes=8, listing_reason="new")
        circulate(
            by=by,
            meeting=meeting,
            shares=to_everybody(meeting, purpose="asb_manage"),
            research_due_on=research_due(meeting),
        )
    frame = PackFrame("Probation", "1", timezone.now(), "X")
    with acting(people.users["omar"]) as by:
        for slug, sees in (("harbourne-probation", True), ("harbourne-csc", False)):
            with as_recipient(by, people.agencies[slug], meeting.panel) as recipient:
                content = compose(recipient, meeting, frame)
            text = to_json(content)
            assert [part.reference for part in content.cases] == ([case.reference] if sees else []), slug
            assert (SUMMARY in text, "Shouting at two." in text, "Acceptable behaviour" in text) == (sees, sees, sees)
            assert (COMPLAINANT in text, CONTACT in text) == (False, False)
    with acting(people.users["chris"]) as by:
        start_meeting(by=by, meeting=meeting)
        hearing = hearings_of(by, meeting).get()
        promise = Promise(
            people.agencies["harbourne-homes"], "Visit the block each night", today + timedelta(days=7), "public", "no"
        )
        action = agree_action(by=by, hearing=hearing, promise=promise)
        record_hearing(
            by=by,
            hearing=hearing,
            version=hearing.version,
            risk_level="high",
            summary="Goes on.",
            status=Hearing.Status.HEARD,
        )
        conclude_meeting(by=by, meeting=meeting)
    with acting(people.users["lena"]) as by:
        close_action(
            by=by, action=visible(by, Action).get(pk=action.pk), status="done", outcome="Quiet since the first visit."
        )
    with acting(people.users["omar"]) as by:
        assert (visible(by, Case).get().status, visible(by, Action).get().outcome) == (
            "in_progress",
            "Quiet since the first visit.",
        )
        assert [c.pk for c in cases_to_list(by, meeting.panel)] == [case.pk]
    for name in ("omar", "chris", "lena"):
        client.force_login(people.users[name])
        shown = client.get(f"/cases/{case.reference}/").content.decode()
        assert "Quiet since the first visit." in shown, name
