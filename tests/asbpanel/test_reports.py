"""Reports: who reads them, what becomes of them, and how they become one case."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404

from asbpanel.commands import (
    AsbDetails,
    add_report_to_case,
    change_part,
    decide_report,
    open_case_from_reports,
    undo_report,
)
from asbpanel.models import AsbCase, Triage
from asbpanel.queries import case_of, case_reports, part_of, reports, sources_of, suggestions, waiting
from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.locking import Stale
from casework.models import Basis, Case, CaseGrant, CaseUserGrant, Party, Report, ReportSource
from tests.asbpanel.made import COMPLAINANT, CONTACT

OUTSIDERS = ("wendy", "nell", "viktor", "una", "grace", "helen", "tess", "amira")


def seen_by(people, name):
    """References of the reports that somebody may read: by the scope, and by the database alone."""
    with acting(people.users[name]) as by:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reference FROM casework_report")
            walled = {row[0] for row in cursor.fetchall()}
        scoped = {report.reference for report in visible(by, Report)}
        assert scoped == walled
        return scoped


def test_a_report_is_read_by_its_agency_and_the_office(people, taken):
    by_lena, by_dan = taken("lena").reference, taken("dan").reference
    assert seen_by(people, "lena") == {by_lena}
    assert seen_by(people, "dan") == {by_dan}
    assert seen_by(people, "omar") == seen_by(people, "chris") == {by_lena, by_dan}
    for name in (*OUTSIDERS, "sam"):
        assert seen_by(people, name) == set(), name


@pytest.mark.parametrize("name", ["tess", "viktor", "una", "grace", "wendy"])
def test_only_members_of_the_panel_take_reports(people, taken, name):
    with pytest.raises(Refused):
        taken(name)


def test_the_source_is_sealed_and_not_for_others(people, taken):
    report = taken("lena", source_name=COMPLAINANT, source_contact=CONTACT)
    with acting(people.users["lena"]) as by:
        source = visible(by, ReportSource).get()
        assert (len(sources_of(by, report)), source.reveal()) == (1, (COMPLAINANT, CONTACT))
        assert COMPLAINANT.encode() not in bytes(source.secret)
    for name in ("dan", "sam", *OUTSIDERS):
        with acting(people.users[name]) as by:
            assert sources_of(by, report) == []


def test_two_reports_become_one_case(people, taken, opened):
    first, second = taken("lena", source_name=COMPLAINANT), taken("dan")
    with acting(people.users["omar"]) as by:
        suggested = suggestions(by, first)
    assert [(s.report.pk, s.why) for s in suggested] == [(second.pk, "same postcode and same place")]
    case = opened("omar", first, second)
    for name in ("omar", "chris", "lena", "dan"):
        with acting(people.users[name]) as by:
            assert [c.reference for c in visible(by, Case)] == [case.reference], name
            assert [r.pk for r in case_reports(by, case)] == [first.pk, second.pk]
            assert part_of(by, case).victim_risk == "high"
            assert {p.role: p.name for p in visible(by, Party)} == {
                "complainant": "Complainant A",
                "alleged_perpetrator": "Vince Norcott",
            }
    for name in (*OUTSIDERS, "sam"):
        with acting(people.users[name]) as by:
            assert [list(visible(by, model)) for model in (Case, Report, AsbCase, Party)] == [[], [], [], []], name
    with acting(people.users["omar"]) as by:
        statuses = {r.status for r in reports(by)}
        bases = sorted(CaseGrant.objects.values_list("basis", flat=True))
        assert (statuses, bases) == ({"linked"}, ["office", "opened", "standing", "standing"])
        assert [grant.basis for grant in CaseUserGrant.objects.all()] == [Basis.ASSIGNMENT]


def test_the_source_stays_hidden_from_agencies_that_read_the_case(people, taken, opened):
    report = taken("lena", source_name=COMPLAINANT)
    opened("omar", report, taken("dan"))
    with acting(people.users["dan"]) as by:
        report = visible(by, Report).get(pk=report.pk)
        assert (case_of(by, report) is not None, sources_of(by, report)) == (True, [])


def test_an_officer_without_the_office_opens_a_case_from_her_agency_s_reports(people, taken, opened):
    from audit.recorder import recording
    from casework.demo.people import DEMO
    from casework.models import PanelOffice

    report, foreign = taken("omar"), taken("lena")
    with recording(by=DEMO, event="demo.loaded"):
        office = PanelOffice.objects.get(membership=people.memberships["omar"])
        office.ends_at = office.starts_at.replace(year=2021)
        office.save()
    with pytest.raises(Http404):
        opened("omar", foreign)
    case = opened("omar", report)
    with acting(people.users["omar"]) as by:
        assert [c.pk for c in visible(by, Case)] == [case.pk]
    with acting(people.users["chris"]) as by:
        assert [c.pk for c in visible(by, Case)] == [case.pk]


def test_lena_does_not_decide(people, taken, opened):
    report = taken("lena")
    with pytest.raises(Refused):
        opened("lena", report)
    with acting(people.users["lena"]) as by, pytest.raises(Refused):
        decide_report(by=by, report=report, outcome="not_asb", reason="ordinary life")


def test_a_decision_is_kept_and_can_be_undone(people, taken):
    report, other = taken("lena"), taken("dan")
    with acting(people.users["omar"]) as by:
        assert [r.pk for r in waiting(by)] == [report.pk, other.pk]
        decide_report(by=by, report=report, outcome="duplicate", reason="the same night", duplicate_of=other)
        assert [r.pk for r in waiting(by)] == [other.pk]
        with pytest.raises(NotNow):
            decide_report(by=by, report=report, outcome="not_asb", reason="again")
        undo_report(by=by, report=report, reason="they are two matters")
        assert visible(by, Report).get(pk=report.pk).status == "received"
        assert [(t.outcome, t.reason, t.undone_at is None) for t in visible(by, Triage)] == [
            ("duplicate", "the same night", False)
        ]
        with pytest.raises(NotNow):
            undo_report(by=by, report=report, reason="again")
        with pytest.raises(ValidationError):
            decide_report(by=by, report=report, outcome="duplicate", reason="itself", duplicate_of=report)
        with pytest.raises(NotNow):
            decide_report(by=by, report=report, outcome="linked", reason="to nothing")


def test_triage_is_read_with_the_report_alone(people, taken):
    report = taken("lena")
    with acting(people.users["omar"]) as by:
        decide_report(by=by, report=report, outcome="signposted", reason="told her of the noise team")
    for name, expected in {"lena": 1, "chris": 1, "dan": 0, "wendy": 0, "grace": 0, "una": 0}.items():
        with acting(people.users[name]) as by:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT (SELECT count(*) FROM asbpanel_triage), (SELECT count(*) FROM asbpanel_historicaltriage)"
                )
                assert (name, cursor.fetchone()) == (name, (expected, expected))
            assert visible(by, Triage).count() == expected


def test_undoing_a_link_ends_the_standing_grant_that_it_supported(people, taken, opened):
    by_lena, by_dan = taken("lena"), taken("dan")
    case = opened("omar", by_lena, by_dan)
    with acting(people.users["omar"]) as by:
        undo_report(by=by, report=by_dan, reason="another flat")
    with acting(people.users["dan"]) as by:
        assert list(visible(by, Case)) == []
        assert [(r.pk, r.status) for r in visible(by, Report)] == [(by_dan.pk, "received")]
    with acting(people.users["lena"]) as by:
        assert [c.pk for c in visible(by, Case)] == [case.pk]


def test_a_report_joins_an_open_case_with_or_without_sharing(people, taken, opened, sharing):
    case = opened("omar", taken("lena"))
    quiet, shared = taken("dan"), taken("sam")
    with acting(people.users["omar"]) as by:
        add_report_to_case(by=by, report=quiet, case=case)
        add_report_to_case(by=by, report=shared, case=case, sharing=sharing)
        assert len(case_reports(by, case)) == 3
    with acting(people.users["dan"]) as by:
        assert (list(visible(by, Case)), visible(by, Report).get().status) == ([], "linked")
    with acting(people.users["sam"]) as by:
        assert [c.pk for c in visible(by, Case)] == [case.pk]


def test_a_stale_or_taken_report_opens_no_case(people, taken, opened, sharing):
    report = taken("lena")
    opened("omar", report)
    details = AsbDetails("noise", "high", "again")
    with acting(people.users["chris"]) as by:
        with pytest.raises(Stale):
            open_case_from_reports(by=by, reports=[report], details=details, sharing=sharing, version=1)
        with pytest.raises(NotNow):
            open_case_from_reports(by=by, reports=[report], details=details, sharing=sharing)
        assert visible(by, Case).count() == 1


def test_the_panels_part_is_changed_once(people, taken, opened):
    case = opened("omar", taken("lena"))
    with acting(people.users["chris"]) as by:
        part = part_of(by, case)
        change_part(by=by, part=part, details=AsbDetails("threats", "medium", "calmer"), version=part.version)
        with pytest.raises(Stale):
            change_part(by=by, part=part, details=AsbDetails("noise", "high", "worse"), version=part.version)
        assert part_of(by, case).category == "threats"
    with acting(people.users["lena"]) as by, pytest.raises(Refused):
        change_part(by=by, part=part_of(by, case), details=AsbDetails("noise", "high", "worse"))


def test_suggestions_come_from_what_the_viewer_reads(people, taken):
    report = taken("lena", alleged_perpetrator_text="Vince from number 4", postcode="", place="Dock Road")
    same = taken("lena", alleged_perpetrator_text="that Vince, number 4", postcode="", place="The green")
    taken("dan", alleged_perpetrator_text="Vince from number 4", place="Dock Road")
    taken("lena", alleged_perpetrator_text="some young people", postcode="HB9 9ZZ", place="The quay")
    with acting(people.users["lena"]) as by:
        assert [(s.report.pk, s.why) for s in suggestions(by, report)] == [(same.pk, "same alleged perpetrator")]
