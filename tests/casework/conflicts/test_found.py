"""The system compares what people declared with who is in a case: it suspends, and tells the office and nobody else."""

from datetime import date

import pytest

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.access import declare_conflict
from casework.commands.cases import open_case
from casework.commands.conflicts import Acquaintance, add_connection, decide_conflict, suspend_myself
from casework.commands.parties import PartyDetails, add_party
from casework.jobs.conflicts import look_everywhere
from casework.models import Case, ConflictOfInterest, Notice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
BORN = date(1984, 3, 9)


def open_with(people, family="Ormerod", given="Della", born=BORN) -> Case:
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        case = open_case(by=by, panel=people.panels["harbourne-marac"])
        add_party(PartyDetails("victim", family, given, born_on=born), case=case)
    return case


def declare(people, name, family="Ormerod", given="Della", born=BORN) -> None:
    with acting(people.users[name]) as by:
        add_connection(by=by, whom=Acquaintance("family", family, given, born))


def found(people, by="helen") -> list[tuple]:
    """(who, likeness, how) of every conflict that somebody of the office reads."""
    with acting(people.users[by]) as viewer:
        rows = visible(viewer, ConflictOfInterest).order_by("pk").select_related("user")
        return [(row.user.username, row.likeness, row.state) for row in rows]


def told(people) -> dict[str, int]:
    """How many notices of conflicts each person has."""
    counts = {}
    for name, user in people.users.items():
        with acting(user) as by:
            number = visible(by, Notice).filter(kind__startswith="conflict.").count()
            counts |= {name: number} if number else {}
    return counts


def test_a_hit_suspends_at_once_and_the_coordinator_alone_is_told(people, run_jobs):
    case = open_with(people)
    declare(people, "tess", "ORMEROD", "Délla Rose")
    declare(people, "dan", "Ormerod", "Delia")
    run_jobs()
    assert found(people) == [("tess", "full", "suspected")]
    with acting(people.users["helen"]) as by:
        row = visible(by, ConflictOfInterest).get()
        assert (row.case_id, row.origin, row.declared_by_id, row.nature, row.reason) == (
            case.pk,
            "found",
            None,
            "family",
            "",
        )
    assert told(people) == {"grace": 1}


@pytest.mark.parametrize(
    ("declared", "recorded", "likeness"),
    [(None, BORN, ["name"]), (BORN, None, ["name"]), (date(1950, 1, 1), BORN, []), (BORN, BORN, ["full"])],
)
def test_a_name_counts_alone_where_a_birth_date_is_unknown(people, run_jobs, declared, recorded, likeness):
    open_with(people, born=recorded)
    declare(people, "tess", born=declared)
    run_jobs()
    assert [one[1] for one in found(people)] == likeness


def test_what_concerns_the_coordinator_goes_to_the_chair_and_what_nobody_may_decide_to_the_governance_leads(
    people, run_jobs
):
    case = open_with(people)
    declare(people, "grace")
    run_jobs()
    assert told(people) == {"helen": 1}
    with acting(people.users["helen"]) as by, recording(by=by, event="conflict.recorded"):
        declare_conflict(by=by, user=people.users["helen"], panel_id=case.panel_id, case=case, reason="hers too")
    declare(people, "tess")
    run_jobs()
    assert told(people) == {"helen": 1, "ines": 1, "paul": 1}


def test_once_cleared_the_same_pair_is_not_found_again(people, run_jobs):
    open_with(people)
    declare(people, "tess")
    run_jobs()
    with acting(people.users["grace"]) as by:
        decide_conflict(by=by, conflict=visible(by, ConflictOfInterest).get(), confirmed=False, reason="another Della")
    look_everywhere()
    declare(people, "tess", given="Della May")
    run_jobs()
    assert found(people) == [("tess", "full", "cleared")]
    open_with(people)
    look_everywhere()
    assert [one[2] for one in found(people)] == ["cleared", "suspected"]


def test_what_was_cleared_does_not_hide_another_connection_or_a_birth_date_that_agrees(people, run_jobs):
    open_with(people)
    declare(people, "tess", born=None)
    run_jobs()

    def clear():
        with acting(people.users["grace"]) as by:
            row = visible(by, ConflictOfInterest).get(state="suspected")
            decide_conflict(by=by, conflict=row, confirmed=False, reason="another Della")

    clear()
    look_everywhere()
    assert found(people) == [("tess", "name", "cleared")]
    declare(people, "tess")
    run_jobs()
    assert found(people) == [("tess", "name", "cleared"), ("tess", "full", "suspected")]
    clear()
    with acting(people.users["tess"]) as by:
        add_connection(by=by, whom=Acquaintance("friend", "Ormerod", "Della"))
    run_jobs()
    assert [one[1:] for one in found(people)] == [("name", "cleared"), ("full", "cleared"), ("name", "suspected")]


def test_nobody_of_another_partnership_is_named_and_what_was_taken_back_does_not_count(people, run_jobs):
    from casework.commands.conflicts import end_connection
    from casework.models import Connection

    open_with(people)
    declare(people, "wendy")
    declare(people, "dan")
    with acting(people.users["dan"]) as by:
        end_connection(by=by, connection=visible(by, Connection).get())
    run_jobs()
    look_everywhere()
    assert found(people) == []


def test_what_somebody_declares_herself_reaches_who_decides(people, run_jobs):
    case = open_with(people)
    with acting(people.users["grace"]) as by:
        suspend_myself(by=by, cases=[case], nature="friend")
    run_jobs()
    assert told(people) == {"helen": 1}
