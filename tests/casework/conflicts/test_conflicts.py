"""Connections are read by their owner alone; who is connected with somebody in a case reads it no more, and others decide."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from audit.recorder import recording
from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.conflicts import (
    Acquaintance,
    add_connection,
    carry_conflicts,
    decide_conflict,
    declare_connections,
    end_connection,
    record_conflict,
    suspend_myself,
)
from casework.commands.notify import notify
from casework.models import Case, ConflictOfInterest, Connection, ConnectionToken, Hearing
from casework.queries.conflicts import (
    conflicts_to_decide,
    connections_of,
    connections_to_declare,
    decided_conflicts,
    waiting_conflicts,
)

pytestmark = pytest.mark.django_db
SISTER = Acquaintance("family", "Ormerod", "Della", date(1980, 4, 1))


def declare(people, name="dan", whom=SISTER) -> Connection:
    with acting(people.users[name]) as by:
        return add_connection(by=by, whom=whom)


def suspend(world, name="sam", case="listed") -> None:
    with acting(world.people.users[name]) as by:
        suspend_myself(by=by, cases=[world.cases[case]], nature="neighbour")


def waiting(world, name) -> list[ConflictOfInterest]:
    with acting(world.people.users[name]) as by:
        return [line.conflict for line in waiting_conflicts(by)]


def test_a_connection_is_ciphertext_and_read_by_its_owner_alone(people):
    made = declare(people)
    assert b"Ormerod" not in bytes(made.secret)
    with acting(people.users["dan"]) as by:
        assert [(line.name, line.born_on) for line in connections_of(by)] == [("Della Ormerod", date(1980, 4, 1))]
        assert visible(by, ConnectionToken).count() == 2
    for other in ("grace", "helen", "ines", "una"):
        with acting(people.users[other]) as by, connection.cursor() as cursor:
            assert connections_of(by) == []
            cursor.execute("SELECT count(*) FROM casework_connection")
            assert cursor.fetchone() == (0,)


def test_nothing_to_declare_is_one_click_and_asks_again_after_a_year(people, client, time_machine):
    client.force_login(people.users["viktor"])
    assert "Say whether you have personal connections" in client.get("/").content.decode()
    client.post(reverse("connections_declare"))
    assert "Say whether you have personal connections" not in client.get("/").content.decode()
    with acting(people.users["viktor"]) as by:
        assert [(line.nature, line.name) for line in connections_of(by)] == [("Myself", "Viktor Lindqvist")]
        assert connections_to_declare(by) == []
        time_machine.move_to("2031-01-01")
        assert [task.url_name for task in connections_to_declare(by)] == ["connections"]


def test_what_is_taken_back_is_compared_no_more_and_herself_is_there_once(people):
    made = declare(people)
    with acting(people.users["dan"]) as by:
        end_connection(by=by, connection=made)
        for year in (1980, 1981):
            add_connection(by=by, whom=Acquaintance("myself", "Whitlock", "Dan", date(year, 1, 1)))
        declare_connections(by=by)
        assert [(line.nature, line.born_on.year) for line in connections_of(by)] == [("Myself", 1981)]


def test_the_forms_declare_and_take_back(people, client):
    client.force_login(people.users["dan"])
    sent = {"nature": "friend", "given_names": "Della", "family_name": "Ormerod"}
    assert client.post(reverse("connection_add"), sent).status_code == 302
    sent = {"given_names": "Dan", "family_name": "Whitlock", "born_on_0": "1", "born_on_1": "2", "born_on_2": "1979"}
    assert client.post(reverse("connection_myself"), sent).status_code == 302
    page = client.get(reverse("connections"))
    assert [line.name for line in page.context["lines"]] == ["Dan Whitlock", "Della Ormerod"]
    assert client.post(reverse("connection_end"), {"connection": "nothing"}).status_code == 404
    client.force_login(people.users["tess"])
    code = page.context["lines"][1].code
    assert client.post(reverse("connection_end"), {"connection": code}).status_code == 404
    client.force_login(people.users["dan"])
    assert client.post(reverse("connection_end"), {"connection": code}).status_code == 302
    assert len(client.get(reverse("connections")).context["lines"]) == 1


def test_who_says_she_is_connected_sees_the_case_no_more(full_world, client):
    case = full_world.cases["listed"]
    client.force_login(full_world.people.users["sam"])
    url = reverse("case_connected", args=[case.reference])
    assert client.get(url).status_code == 200
    assert client.post(url, {"nature": "neighbour"}).status_code == 422
    answer = client.post(url, {"nature": "neighbour", "confirmed": "on"}, follow=True)
    assert "You will no longer see it" in answer.content.decode()
    assert "The coordinator decides" in answer.content.decode()
    assert client.get(reverse("case", args=[case.reference])).status_code == 404
    assert case.reference not in client.get(reverse("cases")).content.decode()
    assert case.reference not in client.get(reverse("meeting", args=[full_world.meeting.reference])).content.decode()
    with acting(full_world.people.users["dan"]) as by:
        assert visible(by, Case).filter(pk=case.pk).exists()
    (found,) = waiting(full_world, "grace")
    assert (found.user.username, found.origin, found.state, found.nature) == (
        "sam",
        "declared",
        "suspected",
        "neighbour",
    )


def test_of_a_referral_too_and_it_holds_for_the_case_that_it_became(full_world, client):
    referral, case = full_world.referrals["accepted"], full_world.cases["listed"]
    with acting(full_world.people.users["grace"]) as by, recording(by=by, event="case.opened"):
        notify(by=by, users=[full_world.people.users["dan"]], kind="referral_accepted", subject=referral.reference)
    client.force_login(full_world.people.users["dan"])
    assert referral.reference in client.get("/").content.decode()
    url = reverse("referral_connected", args=[referral.reference])
    assert client.post(url, {"nature": "family", "confirmed": "on"}).status_code == 302
    for page, reference in (("referral", referral.reference), ("case", case.reference)):
        assert client.get(reverse(page, args=[reference])).status_code == 404
    assert referral.reference not in client.get("/").content.decode()
    (line,) = waiting(full_world, "grace")
    assert (line.referral_id, line.case_id) == (referral.pk, case.pk)


def test_at_a_meeting_she_chooses_among_what_she_sees(full_world, client):
    client.force_login(full_world.people.users["dan"])
    url = reverse("meeting_connected", args=[full_world.meeting.reference])
    references = [key for key, _ in client.get(url).context["form"].fields["cases"].choices]
    assert references == [full_world.cases[name].reference for name in ("listed", "conflicted")]
    sent = {"cases": [references[1]], "nature": "friend", "confirmed": "on"}
    assert client.post(url, sent).status_code == 302
    with acting(full_world.people.users["dan"]) as by:
        assert [h.case_id for h in visible(by, Hearing)] == [full_world.cases["listed"].pk]


def test_what_concerns_the_coordinator_is_the_chair_s_alone(full_world, client):
    suspend(full_world, "grace")
    assert waiting(full_world, "grace") == []
    (found,) = waiting(full_world, "helen")
    with acting(full_world.people.users["grace"]) as by:
        assert conflicts_to_decide(by) == []
    client.force_login(full_world.people.users["helen"])
    page = client.get(reverse("conflicts"))
    url = reverse("conflict", args=[page.context["waiting"][0].code])
    client.force_login(full_world.people.users["grace"])
    assert client.get(url).status_code == 404
    assert "Grace Adeyemi" not in client.get(reverse("conflicts")).content.decode().split("<main")[1]
    client.force_login(full_world.people.users["dan"])
    assert client.get(url).status_code == 403
    assert found.user.username == "grace"


def test_one_who_is_kept_out_is_not_told_of_another(full_world):
    suspend(full_world, "sam", "listed")
    with acting(full_world.people.users["helen"]) as by, recording(by=by, event="test.arranged"):
        record_conflict(
            by=by, case=visible(by, Case).select_related("panel").get(pk=full_world.cases["listed"].pk),
            user=full_world.people.users["grace"], reason="her cousin",
        )  # fmt: skip
    assert waiting(full_world, "grace") == []
    assert [row.user.username for row in waiting(full_world, "helen")] == ["sam"]
    with acting(full_world.people.users["grace"]) as by:
        assert [line.conflict.case_id for line in decided_conflicts(by)] == [full_world.cases["conflicted"].pk]


@pytest.mark.parametrize(("answer", "sees"), [("confirm", False), ("clear", True)])
def test_the_office_decides_with_a_reason(full_world, client, answer, sees):
    suspend(full_world)
    client.force_login(full_world.people.users["grace"])
    line = client.get(reverse("conflicts")).context["waiting"][0]
    url = reverse("conflict", args=[line.code])
    assert client.post(url, {"decision": answer}).status_code == 422
    assert client.post(url, {"decision": answer, "reason": "asked him"}).status_code == 302
    case = full_world.cases["listed"]
    with acting(full_world.people.users["sam"]) as by:
        assert visible(by, Case).filter(pk=case.pk).exists() is sees
    with acting(full_world.people.users["grace"]) as by:
        decided = next(
            one
            for one in decided_conflicts(by)
            if one.conflict.user.username == "sam" and one.conflict.case_id == case.pk
        )
        assert (decided.conflict.decided_by.username, decided.conflict.reason) == ("grace", "asked him")
        with pytest.raises(NotNow):
            decide_conflict(by=by, conflict=decided.conflict, confirmed=True, reason="again")


def test_the_office_sees_how_often_the_case_was_opened_before(full_world, client):
    case = full_world.cases["listed"]
    client.force_login(full_world.people.users["sam"])
    for _ in range(3):
        client.get(reverse("case", args=[case.reference]))
    suspend(full_world)
    client.get(reverse("case", args=[case.reference]))
    with acting(full_world.people.users["grace"]) as by:
        (line,) = waiting_conflicts(by)
        assert line.times == 3
    with acting(full_world.people.users["sam"]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rt_reads_before(%s)", [[line.conflict.pk]])
        assert cursor.fetchone() == (0,)


def test_the_office_keeps_somebody_out_by_hand(full_world, client):
    case = full_world.cases["listed"]
    url = reverse("case_conflict", args=[case.reference])
    client.force_login(full_world.people.users["dan"])
    assert client.get(url).status_code == 403
    client.force_login(full_world.people.users["grace"])
    people = {name: code for code, name in client.get(url).context["form"].fields["person"].choices}
    assert "Grace Adeyemi" not in people
    assert "Wendy Sharpe" not in people
    sent = {"person": people["Tess Calloway"], "reason": "her brother"}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 422
    client.force_login(full_world.people.users["tess"])
    assert client.get(reverse("case", args=[case.reference])).status_code == 404
    with acting(full_world.people.users["grace"]) as by, pytest.raises(Refused):
        record_conflict(by=by, case=case, user=full_world.people.users["grace"], reason="myself")


def test_conflicts_go_with_the_referral_into_its_case(full_world):
    referral, case = full_world.referrals["waiting"], full_world.cases["past"]
    with acting(full_world.people.users["grace"]) as by, recording(by=by, event="conflict.recorded"):
        ConflictOfInterest(
            user=full_world.people.users["helen"], panel_id=case.panel_id, referral=referral, state="suspected"
        ).save()
        carry_conflicts(by, referral, case)
    with acting(full_world.people.users["helen"]) as by:
        assert not visible(by, Case).filter(pk=case.pk).exists()
