"""The register: whose decisions, narrowed, as a file without names, frozen, corrected by a new one."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.recorder import recording
from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.register import correct
from casework.models import DisclosureDecision
from casework.queries.register import entries, register_of
from tests.casework.decisions.test_releases import says
from tests.casework.meetings import story
from tests.sharing import answers, decided, first_choices

pytestmark = pytest.mark.django_db


def make(people, case, **words) -> DisclosureDecision:
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened", cases=[case.reference]):
        return decided(by=by, panel=case.panel, case=case, **words)


@pytest.fixture
def case(people):
    return story.make_case(people, "Ashdown")


def seen(people, name) -> set[str]:
    with acting(people.users[name]) as by:
        return {row.reference for row in register_of(by)}


def test_the_office_sees_its_panel_an_agency_its_own(people):
    meeting = story.circulated(people, 1)
    says(people, "priya", meeting)
    with acting(people.users["grace"]) as by:
        kinds = {row.reference: row.kind for row in visible(by, DisclosureDecision)}
    own = {reference for reference, kind in kinds.items() if kind == "own"}
    assert sorted(kinds.values()) == ["circulation", "own"]
    assert {name: seen(people, name) for name in ("grace", "helen", "priya", "dan", "wendy", "omar")} == {
        "grace": set(kinds), "helen": set(kinds), "priya": own, "dan": set(), "wendy": set(), "omar": set(),
    }  # fmt: skip


def test_it_is_narrowed(client, people, case):
    first = make(people, case, necessity="One reason.")
    for _ in range(6):
        make(people, case, necessity="The same again.")
    client.force_login(people.users["grace"])

    def listed(**asked) -> set[str]:
        page = client.get(reverse("decision_register"), asked)
        return {row.decision.necessity for row, _ in page.context["lines"]}

    assert listed() == {"One reason.", "The same again."}
    assert listed(identical="yes") == {"The same again."}
    assert listed(kind="own") == set()
    assert listed(outcome="refused") == set()
    assert listed(power="test", kind="case", state="final") == {"One reason.", "The same again."}
    assert "Same words often" in client.get(reverse("decision_register")).content.decode()
    assert "Same words often" not in client.get(reverse("decision", args=[first.reference])).content.decode()


def test_the_file_holds_no_names_and_no_reasons_and_is_recorded(client, people, case, events):
    made = make(
        people,
        case,
        necessity="Canaryreason.",
        victim_views="Canaryviews.",
        recipients=[people.agencies["safe-harbour"]],
    )
    client.force_login(people.users["grace"])
    answer = client.post(reverse("decision_register") + "?kind=case")
    text = answer.content.decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text))
    assert (row["Decision"], row["Recipients"], row["Cases"]) == (
        made.reference,
        "Safe Harbour IDVA Service",
        case.reference,
    )
    assert [word for word in ("Canary", "Grace", "Ashdown") if word in text] == []
    (event,) = [each for each in events if each.event == "register.exported"]
    assert (event.details["rows"], event.details["filters"]) == (1, ["kind"])


def test_a_correction_supersedes_and_the_old_one_stays(people, case):
    old = make(people, case, necessity="Wrong.", recipients=[people.agencies["safe-harbour"]], cases=[(case, "why")])
    with acting(people.users["helen"]) as by:
        new = correct(by=by, decision=old, answers=answers("Right."))
        (one, other) = entries(by, [old, new])
    assert (new.supersedes_id, new.kind, new.case_id) == (old.pk, "case", case.pk)
    assert (one.superseded_by, one.decision.necessity, other.superseded_by) == (new.reference, "Wrong.", "")
    assert (other.recipients, other.cases) == (["Safe Harbour IDVA Service"], [case.reference])
    with acting(people.users["grace"]) as by, pytest.raises(NotNow):
        correct(by=by, decision=old, answers=answers("Again."))


def test_another_agency_corrects_nothing(people, case):
    old = make(people, case)
    for name in ("dan", "priya"):
        with acting(people.users[name]) as by, pytest.raises(Refused):
            correct(by=by, decision=old, answers=answers())


def test_a_final_decision_cannot_be_changed(people, case):
    made = make(people, case)
    with acting(people.users["helen"]) as by, recording(by=by, event="case.opened", cases=[case.reference]):
        with pytest.raises(DatabaseError, match="superseded"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE casework_disclosuredecision SET necessity = 'x', approved_by_id = %s WHERE id = %s", [by.user_id, made.pk])  # fmt: skip
        assert visible(by, DisclosureDecision).get(pk=made.pk).necessity == made.necessity


def test_the_page_fills_nothing_in_and_asks_why_it_is_late(client, people, case):
    old = make(people, case, necessity="Canaryold.")
    client.force_login(people.users["grace"])
    address = reverse("decision_correct", args=[old.reference])
    form = client.get(address).context["form"]
    assert {name for name in form.fields if form[name].value() not in (None, ["", "", ""], "")} == set()
    assert "Canaryold." in client.get(address).content.decode()
    day = timezone.localdate() - timedelta(days=2)
    sent = first_choices(form) | {
        "necessity": "New.",
        "victim_views": "Known.",
        "consent": "given",
        "confidence": "not_confidential",
    }
    sent |= {"decided_on_day": day.day, "decided_on_month": day.month, "decided_on_year": day.year}
    late = client.post(address, sent)
    assert late.status_code == 422
    assert late.context["form"].errors["late_reason"] == ["Say why this is recorded later than decided."]
    answer = client.post(address, sent | {"late_reason": "By telephone at night."})
    assert answer.status_code == 302
    assert "By telephone at night." in client.get(answer.url).content.decode()
    assert "Superseded" in client.get(reverse("decision", args=[old.reference])).content.decode()


def test_one_decision_is_not_there_for_others(client, people, case):
    made = make(people, case)
    for name in ("dan", "wendy", "omar"):
        client.force_login(people.users[name])
        assert client.get(reverse("decision", args=[made.reference])).status_code == 404
