"""The register: who reads it, who writes it, what fits together, and what becomes of an entry."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.access.guards import Refused
from casework.access.policies import INTERVENTION_MOVES, INTERVENTION_OWNER, NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.interventions import add_conditions, move_intervention, record_breach
from casework.commands.locking import Stale
from casework.models import Breach, Condition, Intervention, InterventionType
from casework.queries.home import tasks_for
from casework.queries.interventions import age_on, conditions_of, ending_soon, interventions

DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


@pytest.mark.django_db
def test_the_types_are_loaded_and_unverified():
    types = {row.code: row for row in InterventionType.objects.all()}
    assert {"abc", "civil_injunction", "asbo"} <= set(types)
    assert (types["asbo"].legacy, types["asbo"].in_force_to) == (True, date(2015, 3, 23))
    assert not types["abc"].legacy
    assert types["civil_injunction"].verified_on is None


def test_a_contract_with_two_conditions(people, case, record):
    made = record()
    for name in ("omar", "chris", "lena"):
        with acting(people.users[name]) as by:
            assert [row.pk for row in interventions(by)] == [made.pk]
            assert [(line.text, line.positive, line.breaches) for line in conditions_of(by, made)] == [
                ("Not to play music after ten", False, 0),
                ("To meet the officer each month", True, 0),
            ]
    for name in ("dan", "wendy", "nell", "viktor", "una", "grace"):
        with acting(people.users[name]) as by:
            assert [visible(by, model).count() for model in (Intervention, Condition, Breach)] == [0, 0, 0], name


def test_who_records(people, record):
    assert record("lena", agency="harbourne-homes").agency == people.agencies["harbourne-homes"]
    with pytest.raises(Refused):
        record("lena", agency="harbourne-council")
    assert record("chris", agency="harbourne-homes").reference


def wrong(record, **said) -> str:
    """The field that is refused."""
    with pytest.raises(ValidationError) as refusal:
        record(**said)
    return "".join(refusal.value.message_dict)


def test_what_does_not_fit_together(record):
    tomorrow, yesterday = today() + DAY, today() - DAY
    assert wrong(record, status="in_force") == "starts_on"
    assert wrong(record, status="in_force", starts_on=tomorrow) == "starts_on"
    assert wrong(record, status="breached") == "status"
    assert wrong(record, status="expired", starts_on=yesterday) == "ends_on"
    assert wrong(record, status="ended", starts_on=yesterday, ends_on=tomorrow) == "ends_on"
    assert wrong(record, starts_on=tomorrow, ends_on=today()) == "ends_on"
    assert wrong(record, type="cbo", starts_on=date(2014, 10, 19)) == "starts_on"


def test_a_legacy_order_is_recorded_and_never_issued(record):
    assert wrong(record, type="asbo", status="agreed") == "status"
    assert wrong(record, type="asbo", status="proposed") == "status"
    assert wrong(record, type="asbo", status="in_force", starts_on=date(2015, 3, 24)) == "starts_on"
    made = record(type="asbo", status="expired", starts_on=date(2012, 1, 1), ends_on=date(2014, 1, 1))
    assert (made.status, made.type.code) == ("expired", "asbo")


def test_a_formal_tool_for_a_young_person_wants_a_recorded_check(record):
    assert wrong(record, subject="Young") == "age_check"
    assert wrong(record, subject="Ageless", type="civil_injunction") == "age_check"
    assert record(subject="Young", type="support_referral").reason == "warnings did not help"
    assert (
        record(subject="Young", age_check="youth justice agrees").reason
        == "warnings did not help\n\nAge check: youth justice agrees"
    )


def test_every_status_has_moves_and_an_owner():
    assert set(INTERVENTION_MOVES) == set(INTERVENTION_OWNER) == set(Intervention.Status.values)


def test_from_agreed_to_expired(people, record):
    made = record()
    with acting(people.users["omar"]) as by:
        with pytest.raises(NotNow):
            move_intervention(by=by, intervention=made, status="expired", reason="over")
        made = move_intervention(
            by=by, intervention=made, status="in_force", reason="signed", ends_on=today() + 30 * DAY
        )
        assert (made.status, made.starts_on) == ("in_force", today())
        with pytest.raises(ValidationError):
            move_intervention(by=by, intervention=made, status="expired", reason="too early")
        made = move_intervention(by=by, intervention=made, status="ended", reason="she moved away")
        assert (made.status, made.ends_on) == ("ended", today())
        with pytest.raises(NotNow):
            add_conditions(by=by, intervention=made, conditions=[("too late", False)])


def test_what_ends_before_it_began(people, record):
    made = record(starts_on=today() + 7 * DAY)
    with acting(people.users["omar"]) as by:
        made = move_intervention(by=by, intervention=made, status="ended", reason="not needed")
    assert (made.starts_on, made.ends_on) == (None, today())


def test_a_breach_of_one_condition(people, record):
    made = record(status="in_force", starts_on=today() - 5 * DAY)
    with acting(people.users["lena"]) as by, pytest.raises(Refused):
        record_breach(by=by, intervention=made, happened_on=today(), text="music at one")
    with acting(people.users["omar"]) as by:
        first = conditions_of(by, made)[0]
        with pytest.raises(ValidationError):
            record_breach(by=by, intervention=made, happened_on=today() - 6 * DAY, text="before it began")
        record_breach(by=by, intervention=made, happened_on=today(), text="music at one", condition_id=first.id)
        assert [line.breaches for line in conditions_of(by, made)] == [1, 0]
        assert interventions(by).get(pk=made.pk).status == "breached"
        record_breach(by=by, intervention=made, happened_on=today(), text="again")
        assert visible(by, Breach).count() == 2


def test_what_is_only_agreed_cannot_be_breached(people, record):
    made = record()
    with acting(people.users["omar"]) as by, pytest.raises(NotNow):
        record_breach(by=by, intervention=made, happened_on=today(), text="music")


def test_the_second_writer_is_told(people, record):
    made = record()
    with acting(people.users["omar"]) as by:
        add_conditions(
            by=by, intervention=made, conditions=[("To stay away from the block", False)], version=made.version
        )
        assert len(conditions_of(by, made)) == 3
    with acting(people.users["chris"]) as by, pytest.raises(Stale):
        move_intervention(by=by, intervention=made, status="in_force", reason="signed", version=made.version)


def test_the_end_is_near_or_past(people, record):
    late = record(status="in_force", starts_on=today() - 40 * DAY, ends_on=today() - DAY)
    soon = record(status="in_force", starts_on=today(), ends_on=today() + 28 * DAY)
    record(status="in_force", starts_on=today(), ends_on=today() + 29 * DAY)
    with acting(people.users["omar"]) as by:
        assert {row.pk for row in ending_soon(interventions(by))} == {late.pk, soon.pk}
        assert [(t.text, t.due_on) for t in tasks_for(by) if t.group == "Interventions"] == [
            (f"Record how intervention {late.reference} ended", today() - DAY)
        ]
    with acting(people.users["lena"]) as by:
        assert [t for t in tasks_for(by) if t.group == "Interventions"] == []


@pytest.mark.parametrize(("born", "age"), [(date(2000, 2, 29), 17), (date(2000, 2, 28), 18), (None, None)])
def test_age_in_completed_years(born, age):
    assert age_on(born, date(2018, 2, 28)) == age
