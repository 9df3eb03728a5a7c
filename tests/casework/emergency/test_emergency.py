"""Emergency access: what opens, what does not and how alike that looks, what it lets her do, and the review by others."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.recorder import recording
from casework.access.guards import can_review_emergency
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.access import declare_conflict, end_all_but, name_reader
from casework.commands.emergency import open_in_emergency, review_emergency
from casework.commands.parties import PartyDetails, add_party
from casework.demo.people import DEMO
from casework.jobs.emergency import remind_of_reviews
from casework.models import Case, EmergencyAccess, Notice, Seal
from casework.queries.emergency import accesses, lines, rates, reviews_to_do, tries_left
from casework.views.cases import CasePage
from tests.casework.emergency.conftest import build
from tests.world import arranging

TEXT = "She has been taken to hospital and the ward asks who may visit her."
NOTHING = "Nothing was opened."


def asked(**more):
    return {"reason": "risk_to_life", "text": TEXT, **more}


def by_reference(case):
    return asked(find="reference", reference=case.reference)


def by_name(family="Vaughanshut", given="Vera", born=("1", "5", "1990")):
    day, month, year = born
    return asked(
        find="name", family_name=family, given_names=given, born_on_day=day, born_on_month=month, born_on_year=year
    )  # fmt: skip


def post(client, world, who, data):
    client.force_login(world.people.users[who])
    return client.post("/emergency/", data)


def opened_by_dan(world) -> EmergencyAccess:
    with acting(world.people.users["dan"]) as by:
        case = open_in_emergency(by=by, reason="risk_to_life", text=TEXT, reference=world.cases["shut"].reference)
        assert case == world.cases["shut"]
        return visible(by, EmergencyAccess).get()


def seal(world, name):
    with acting(world.people.users["grace"]) as by, arranging(by):
        case = visible(by, Case).get(pk=world.cases[name].pk)
        reader = name_reader(by=by, case=case, user_id=by.user_id, agency_id=by.agency_id)
        Seal(case=case, panel=case.panel, sealed_by_id=by.user_id).save()
        end_all_but(case=case, kept=[reader])


@pytest.mark.parametrize("data", ["reference", "name"])
def test_the_one_case_that_fits_is_opened_for_an_hour(world, client, data):
    case = world.cases["shut"]
    client.force_login(world.people.users["dan"])
    assert client.get(f"/cases/{case.reference}/").status_code == 404
    answer = post(client, world, "dan", by_reference(case) if data == "reference" else by_name())
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case.reference}/")
    page = client.get(f"/cases/{case.reference}/").content.decode()
    with acting(world.people.users["dan"]) as by:
        access = visible(by, EmergencyAccess).select_related("grant").get()
    assert (access.case_id, access.text, access.reason) == (case.pk, TEXT, "risk_to_life")
    assert abs(access.grant.expires_at - timezone.now() - timedelta(hours=1)) < timedelta(minutes=2)
    until = timezone.localtime(access.grant.expires_at)
    assert f"Emergency access until {until:%H:%M}. Read only." in page
    assert f"/emergency/{access.reference}/end/" in page


def a_conflict(world):
    with acting(world.people.users["grace"]) as by, arranging(by):
        panel = world.people.panels["harbourne-marac"]
        declare_conflict(by=by, user=world.people.users["dan"], panel_id=panel.pk, case=world.cases["shut"], reason="x")
    return by_reference(world.cases["shut"])


def a_seal(world):
    seal(world, "shut")
    return by_name()


def two_that_fit(world):
    with acting(world.people.users["grace"]) as by, arranging(by):
        add_party(PartyDetails("child", "Vaughanshut", "Vera", born_on=date(1990, 5, 1)), case=world.cases["shared"])
    return by_name()


def another_partnership(world):
    return by_reference(world.cases["northgate"])


def another_panel(world):
    return by_reference(world.cases["asb"])


NOT_THERE = {"reference": asked(find="reference", reference="0000-0000"), "name": by_name("Nobodyatall", "Vera")}
SHUT = {a_conflict: "dan", a_seal: "dan", two_that_fit: "dan", another_partnership: "dan", another_panel: "tess"}


def test_whatever_keeps_a_case_shut_the_answer_and_its_statements_are_the_same(world, client):
    """As where there is nothing: status, headers, body, and every statement to the database."""
    for scenario, who in SHUT.items():
        answer, data = _tried(client, world, who, scenario)
        nothing, _ = _tried(client, world, who, lambda world, kind=data["find"]: NOT_THERE[kind])
        assert answer == nothing, scenario.__name__
        assert (answer[0], NOTHING in answer[1]) == (422, True)
        assert len(answer[3]) > 20
    assert _tried(client, world, "dan", lambda world: by_name())[0][0] == 302


def _tried(client, world, who, scenario) -> tuple:
    """Status, body, headers and statements of one try, in a world that is as before afterwards; and what was typed."""
    with transaction.atomic():
        data = scenario(world)
        client.force_login(world.people.users[who])
        client.get("/emergency/")
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/emergency/", data)
        transaction.set_rollback(True)
    headers = sorted((key, value) for key, value in answer.headers.items() if key != "Set-Cookie")
    return (answer.status_code, _body(answer), headers, [_shape(query["sql"]) for query in queries]), data


def _shape(sql: str) -> str:
    return re.sub(r"'(?:[^']|'')*'|\b\d+\b|\"s\d+_x\d+\"|ARRAY\[.*?\]", "?", sql)


def _body(answer) -> str:
    """The page without what she typed herself, which comes back to her, and without the tokens of its forms."""
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


def test_three_tries_a_day_are_counted_whatever_they_found(world, client):
    data = by_name("Nobody", "Known")
    assert "2 of 3 tries left today" in post(client, world, "dan", data).content.decode()
    post(client, world, "dan", data)
    last = post(client, world, "dan", data).content.decode()
    assert "You have used today" in last
    assert 'name="text"' not in last
    answer = post(client, world, "dan", by_reference(world.cases["shut"]))
    assert (answer.status_code, "You have used today" in answer.content.decode()) == (409, True)
    with acting(world.people.users["dan"]) as by:
        assert visible(by, EmergencyAccess).count() == 3
        tomorrow = timezone.now() + timedelta(days=1)
        with time_machine.travel(tomorrow):
            assert tries_left(by) == 3


def test_one_case_at_a_time(world, client):
    opened_by_dan(world)
    answer = post(client, world, "dan", by_reference(world.cases["shared"]))
    assert (answer.status_code, "End that first" in answer.content.decode()) == (409, True)


def test_a_form_that_is_not_complete_is_no_try(world, client):
    answer = post(client, world, "dan", by_name() | {"text": "too short"})
    assert (answer.status_code, "at least 30 characters" in answer.content.decode()) == (422, True)
    answer = post(client, world, "dan", asked(find="reference", reference="H7K4-92QQ"))
    assert (answer.status_code, "This is not a reference" in answer.content.decode()) == (422, True)
    with acting(world.people.users["dan"]) as by:
        assert visible(by, EmergencyAccess).count() == 0


def test_who_may_ask(people, client):
    allowed = set()
    for who in ("dan", "amira", "omar", "grace", "helen", "ines", "una", "viktor"):
        client.force_login(people.users[who])
        status = client.get("/emergency/").status_code
        linked = 'href="/emergency/"' in client.get("/").content.decode()
        assert (who, linked) == (who, status == 200)
        allowed |= {who} if status == 200 else set()
    assert allowed == {"dan", "amira", "omar"}


def test_nothing_is_written_on_a_case_that_is_open_by_emergency_alone(world, client):
    opened_by_dan(world)
    case = world.cases["shut"]
    client.force_login(world.people.users["dan"])
    answer = client.post(f"/cases/{case.reference}/")
    assert (answer.status_code, "for reading only" in answer.content.decode()) == (403, True)
    assert client.post(f"/cases/{case.reference}/interventions/new/", {"reason": "anything"}).status_code == 403
    assert "interventions/new/" not in client.get(f"/cases/{case.reference}/interventions/").content.decode()
    shared = world.cases["shared"].reference
    assert "interventions/new/" in client.get(f"/cases/{shared}/interventions/").content.decode()


def test_what_only_the_second_wall_refuses_is_refused_in_words(world, client, monkeypatch):
    def write(page) -> None:
        with recording(by=page.viewer, event="test.arranged"):
            add_party(PartyDetails("child", "New", "Somebody"), case=page.case)

    monkeypatch.setattr(CasePage, "context", write)
    opened_by_dan(world)
    client.force_login(world.people.users["dan"])
    answer = client.get(f"/cases/{world.cases['shut'].reference}/")
    assert (answer.status_code, "for reading only" in answer.content.decode()) == (403, True)


def test_a_connection_can_be_told_meanwhile(world, client):
    opened_by_dan(world)
    client.force_login(world.people.users["dan"])
    address = f"/cases/{world.cases['shut'].reference}/connected/"
    assert client.post(address, {}).status_code == 422


def test_who_reads_the_case_anyway_may_go_on_writing(world, client):
    with acting(world.people.users["dan"]) as by:
        open_in_emergency(by=by, reason="court_deadline", text=TEXT, reference=world.cases["shared"].reference)
    client.force_login(world.people.users["dan"])
    address = f"/cases/{world.cases['shared'].reference}/interventions/new/"
    assert client.post(address, {}).status_code == 422
    page = client.get(address).content.decode()
    assert "Emergency access until" in page
    assert "Read only." not in page


def test_she_ends_it_herself(world, client):
    access = opened_by_dan(world)
    client.force_login(world.people.users["dan"])
    address = f"/cases/{world.cases['shut'].reference}/"
    assert client.get(address).status_code == 200
    client.force_login(world.people.users["tess"])
    assert client.post(f"/emergency/{access.reference}/end/").status_code == 404
    client.force_login(world.people.users["dan"])
    assert client.post(f"/emergency/{access.reference}/end/").status_code == 302
    assert client.get(address).status_code == 404
    assert "Emergency access until" not in client.get("/cases/").content.decode()
    assert client.post(f"/emergency/{access.reference}/end/").status_code == 302


def test_each_page_read_under_it_says_so_and_is_counted(world, client, events):
    access = opened_by_dan(world)
    client.force_login(world.people.users["dan"])
    client.get(f"/cases/{world.cases['shut'].reference}/")
    client.get(f"/cases/{world.cases['shared'].reference}/")
    client.get(f"/cases/{world.cases['shut'].reference}/decisions/")
    read = [(event.details["page"], event.details.get("emergency")) for event in events if event.event == "page.read"]
    assert read == [("case", access.reference), ("case", None), ("decisions", access.reference)]
    with acting(world.people.users["ines"]) as by:
        [line] = lines(by, accesses(by))
    assert (line.case, line.pages, line.status) == (world.cases["shut"].reference, 2, "To be reviewed")


def told(world, kind) -> set[str]:
    found = set()
    for name, user in world.people.users.items():
        with acting(user) as by:
            if visible(by, Notice).filter(kind=kind).exists():
                found.add(name)
    return found


def manage(world, who, by_whom):
    with recording(by=DEMO, event="test.arranged"):
        membership = world.people.memberships[who]
        membership.manager = world.people.memberships[by_whom]
        membership.save()


def test_who_is_told_at_once_and_without_a_name(world, events):
    manage(world, "dan", "helen")
    opened_by_dan(world)
    assert told(world, "emergency.opened") == {"grace", "helen", "paul"}
    assert told(world, "emergency.opened_here") == set()
    [asked_event] = [event for event in events if event.event == "emergency.asked"]
    [answered] = [event for event in events if event.event == "emergency.answered"]
    assert (asked_event.details, asked_event.cases) == ({"reason": "risk_to_life"}, [])
    assert (answered.details, answered.cases) == ({"opened": True}, [world.cases["shut"].reference])


def test_the_manager_and_agencies_with_a_part_in_the_case_are_told(world):
    manage(world, "dan", "sam")
    with acting(world.people.users["dan"]) as by:
        open_in_emergency(by=by, reason="risk_to_life", text=TEXT, reference=world.cases["shared"].reference)
    assert told(world, "emergency.opened") == {"grace", "helen", "paul"}
    assert told(world, "emergency.opened_here") == {"tess", "priya", "sam", "lena"}


def test_who_is_kept_out_of_the_case_is_not_told_that_somebody_opened_it(world):
    shut, helen = world.cases["shut"], world.people.users["helen"]
    with acting(world.people.users["grace"]) as by, arranging(by):
        declare_conflict(by=by, user=helen, panel_id=shut.panel_id, case=shut, reason="test")
    manage(world, "dan", "helen")
    opened_by_dan(world)
    assert told(world, "emergency.opened") == {"grace", "paul"}
    assert told(world, "emergency.opened_here") == set()


def test_a_try_that_opened_nothing_is_told_to_the_manager_too(world):
    manage(world, "dan", "sam")
    manage(world, "tess", "ines")
    for who in ("dan", "tess"):
        with acting(world.people.users[who]) as by:
            found = open_in_emergency(by=by, reason="risk_to_life", text=TEXT, family_name="No", given_names="Body")
            assert found is None
    assert told(world, "emergency.tried_here") == {"sam"}
    assert told(world, "emergency.tried") == {"ines", "paul"}


def test_a_try_that_opened_nothing_is_told_to_the_governance_leads(world):
    with acting(world.people.users["dan"]) as by:
        assert open_in_emergency(by=by, reason="risk_to_life", text=TEXT, family_name="No", given_names="Body") is None
    assert told(world, "emergency.tried") == {"ines", "paul"}
    assert told(world, "emergency.opened") == set()


def test_it_is_reviewed_by_somebody_outside_her_line(world, client):
    manage(world, "dan", "helen")
    manage(world, "helen", "paul")
    access = opened_by_dan(world)
    reviewers = set()
    for name, user in world.people.users.items():
        with acting(user) as by:
            found = list(accesses(by))
            reviewers |= {name for one in found if can_review_emergency(by, one)}
    assert reviewers == {"ines"}
    address = f"/emergency/accesses/{access.reference}/"
    client.force_login(world.people.users["paul"])
    assert client.post(address, {"finding": "justified", "note": "fine"}).status_code == 403
    client.force_login(world.people.users["ines"])
    assert f'href="{address}"' in client.get("/").content.decode()
    page = client.get(address).content.decode()
    assert (TEXT in page, world.cases["shut"].reference in page) == (True, True)
    answer = client.post(
        address, {"finding": "unjustified", "note": "She could have rung.", "_version": access.version}
    )
    assert answer.status_code == 302
    assert told(world, "emergency.unjustified") == {"paul"}
    assert f'href="{address}"' not in client.get("/").content.decode()
    assert client.post(address, {"finding": "justified", "note": "fine"}).status_code == 409
    with acting(world.people.users["ines"]) as by:
        [rate] = rates(by)
        assert (rate.agency, rate.tries, rate.opened, rate.unjustified) == ("Harbourne Police", 1, 1, 1)


def test_unclear_is_reviewed_again(world):
    access = opened_by_dan(world)
    for finding in ("unclear", "justified"):
        with acting(world.people.users["ines"]) as by:
            access = review_emergency(by=by, access=accesses(by).get(), finding=finding, note="asked")
    assert (access.finding, access.reviewed_by_id) == ("justified", world.people.users["ines"].pk)


def test_nobody_writes_a_finding_of_her_own_past_the_second_wall(world):
    access = opened_by_dan(world)
    access.finding, access.reviewed_by_id = "justified", world.people.users["ines"].pk
    with acting(world.people.users["dan"]) as by, arranging(by), pytest.raises(DatabaseError), transaction.atomic():
        access.save(update_fields=["finding", "reviewed_by", "version"])


def test_an_office_reads_what_was_opened_of_its_panel_and_no_more(world, client):
    access = opened_by_dan(world)
    with acting(world.people.users["tess"]) as by:
        open_in_emergency(by=by, reason="risk_to_life", text=TEXT, family_name="No", given_names="Body")
    seen = {}
    for name in ("grace", "omar", "ines", "nell"):
        with acting(world.people.users[name]) as by:
            seen[name] = accesses(by).count()
    assert seen == {"grace": 1, "omar": 0, "ines": 2, "nell": 0}
    client.force_login(world.people.users["grace"])
    page = client.get(f"/emergency/accesses/{access.reference}/").content.decode()
    assert "reviews this" in page
    assert client.get("/emergency/accesses/").status_code == 200


def test_of_a_case_that_was_sealed_since_the_office_reads_no_try(world):
    access = opened_by_dan(world)
    seal(world, "shut")
    seen, told_of = {}, {}
    for name in ("grace", "helen", "ines", "dan"):
        with acting(world.people.users[name]) as by, connection.cursor() as cursor:
            seen[name] = visible(by, EmergencyAccess).count()
            cursor.execute("SELECT count(*) FROM casework_emergencyaccess")
            assert cursor.fetchone() == (seen[name],)
            cursor.execute("SELECT access_id FROM rt_emergency_reads(%s)", [[access.pk]])
            told_of[name] = len(cursor.fetchall())
    assert seen == told_of == {"grace": 1, "helen": 0, "ines": 1, "dan": 1}


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_an_overdue_review_is_reminded_of_once_until_it_is_seen_to():
    world = build()
    opened_by_dan(world)
    remind_of_reviews()
    assert told(world, "emergency.overdue") == set()
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        remind_of_reviews()
        remind_of_reviews()
    assert told(world, "emergency.overdue") == {"ines", "paul"}
    with acting(world.people.users["ines"]) as by:
        assert visible(by, Notice).filter(kind="emergency.overdue").count() == 1
        assert [task.due_on for task in reviews_to_do(by)] == [accesses(by).get().review_due_on]
