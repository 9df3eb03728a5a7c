"""Using another agency's statement elsewhere: asked of that agency, answered by it; silence is not consent."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone

from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.onward import answer_onward, ask_onward
from casework.models import Notice, OnwardRequest
from casework.queries.calendar import working_days_after
from casework.queries.home import tasks_for
from casework.queries.onward import handling_words, onward_lines, quotable
from tests.world import arranging

TODAY = timezone.localdate()


@pytest.fixture
def world(full_world):
    return full_world


def ask(world, who="tess", key=("listed", "dan", "all_present"), use="To tell the school"):
    with acting(world.people.users[who]) as by:
        return ask_onward(by=by, item=world.items[key], use=use)


def answer(world, asked, who="dan", agreed=True, words="For the school alone"):
    with acting(world.people.users[who]) as by:
        row = visible(by, OnwardRequest).get(pk=asked.pk)
        return answer_onward(by=by, request=row, agreed=agreed, answer=words)


def notices(world, who):
    with acting(world.people.users[who]) as by:
        return [(n.kind, n.subject, n.due_on) for n in visible(by, Notice).filter(kind__startswith="onward")]


def onward_tasks(world, who):
    with acting(world.people.users[who]) as by:
        return [(task.url_name, task.url_args, task.due_on) for task in tasks_for(by) if task.group == "Onward use"]


def test_the_agency_whose_statement_it_is_is_told_and_has_a_task(world, events):
    asked = ask(world)
    due = working_days_after(TODAY, 5)
    assert notices(world, "dan") == [("onward_asked", asked.reference, due)]
    assert onward_tasks(world, "dan") == [("onward_answer", (asked.reference,), due)]
    assert (onward_tasks(world, "tess"), onward_tasks(world, "sam")) == ([], [])
    [event] = [event for event in events if event.event == "onward.asked"]
    assert (event.cases, event.subject) == ([world.cases["listed"].reference], f"request {asked.reference}")
    assert "school" not in repr(event)


def test_an_answer_is_recorded_and_told(world, events):
    asked = ask(world)
    row = answer(world, asked)
    dan = world.people.users["dan"].pk
    assert (row.state, row.answer, row.answered_by_id, row.answered_at is not None) == (
        "agreed",
        "For the school alone",
        dan,
        True,
    )
    assert notices(world, "tess") == [("onward_answered", asked.reference, None)]
    assert onward_tasks(world, "dan") == []
    [event] = [event for event in events if event.event == "onward.answered"]
    assert event.details == {"agreed": True}
    with pytest.raises(NotNow):
        answer(world, asked, agreed=False)


def test_silence_is_not_consent(world):
    asked = ask(world)
    with acting(world.people.users["tess"]) as by:
        assert asked.item_id not in [item.pk for item in quotable(by, world.cases["listed"])]
        (line,) = onward_lines(by, list(visible(by, OnwardRequest)))
        assert (line.request.state, line.is_overdue) == ("asked", False)
        with arranging(by):
            row = visible(by, OnwardRequest).get(pk=asked.pk)
            row.asked_at -= timedelta(days=12)
            row.save()
        (line,) = onward_lines(by, list(visible(by, OnwardRequest)))
        assert (line.request.state, line.is_overdue) == ("asked", True)
        assert asked.item_id not in [item.pk for item in quotable(by, world.cases["listed"])]
    assert answer(world, asked, agreed=False, words="Not for a school").state == "refused"
    with acting(world.people.users["tess"]) as by:
        assert asked.item_id not in [item.pk for item in quotable(by, world.cases["listed"])]


def test_agreement_is_for_the_agency_that_asked(world):
    answer(world, ask(world))
    held = {}
    for who in ("tess", "sam"):
        with acting(world.people.users[who]) as by:
            held[who] = world.items["listed", "dan", "all_present"].pk in [
                i.pk for i in quotable(by, world.cases["listed"])
            ]
    assert held == {"tess": True, "sam": False}


def test_who_may_ask_and_answer(world):
    with pytest.raises(Refused):
        ask(world, key=("listed", "tess", "all_present"))
    with pytest.raises(Http404):
        ask(world, key=("listed", "dan", "owner_only"))
    with pytest.raises(Http404):
        ask(world, who="wendy")
    with pytest.raises(Refused):
        ask(world, who="grace")
    asked = ask(world)
    with pytest.raises(ValidationError):
        ask(world)
    with pytest.raises(Refused):
        answer(world, asked, who="tess")
    with pytest.raises(ValidationError):
        answer(world, asked, words=" ")
    with acting(world.people.users["sam"]) as by:
        assert list(visible(by, OnwardRequest)) == []
    with pytest.raises(ValidationError):
        ask(world, key=("listed", "dan", "all_signatories"), use="Send it to Refuge somewhere")


@pytest.mark.parametrize("number", ["9" * 5000, "x", "0", "%00", "²"])
def test_a_link_with_a_wrong_number_chooses_nothing(world, client, number):
    client.force_login(world.people.users["tess"])
    answer = client.get(f"/cases/{world.cases['listed'].reference}/onward/?item={number}")
    assert (answer.status_code, answer.context["form"]["item"].initial) == (200, None)


def test_from_the_statement_to_the_answer_in_pages(world, client):
    case = world.cases["listed"]
    client.force_login(world.people.users["tess"])
    link = f"/cases/{case.reference}/onward/?item=1"
    assert link in client.get(f"/cases/{case.reference}/").content.decode()
    form = client.get(link).context["form"]
    chosen = form["item"].initial
    assert chosen == str(min(item.pk for key, item in world.items.items() if key[0] == "listed" and key[1] != "tess" and key[2] in ("all_present", "all_signatories", "named_agencies")))  # fmt: skip
    police = world.items["listed", "dan", "all_present"]
    sent = client.post(link, {"item": str(police.pk), "use": "To tell the school"})
    assert (sent.status_code, sent.url) == (302, "/onward/")
    page = client.get("/onward/").content.decode()
    with acting(world.people.users["tess"]) as by:
        row = visible(by, OnwardRequest).get()
    assert (row.reference in page, "Waiting for an answer" in page, "To tell the school" in page) == (True, True, False)
    client.force_login(world.people.users["dan"])
    shown = client.get(f"/onward/{row.reference}/")
    assert "To tell the school" in shown.content.decode()
    assert "dan all_present" in shown.content.decode()
    answered = client.post(
        f"/onward/{row.reference}/", {"agreed": "no", "answer": "Ask us again in May", "_version": row.version}
    )
    assert (answered.status_code, answered.url) == (302, "/onward/")
    client.force_login(world.people.users["tess"])
    assert "Ask us again in May" in client.get(f"/onward/{row.reference}/").content.decode()
    for who, status in (("sam", 404), ("wendy", 404), ("grace", 403)):
        client.force_login(world.people.users[who])
        assert (who, client.get(f"/onward/{row.reference}/").status_code) == (who, status)


def test_what_goes_with_a_statement(world):
    item = world.items["listed", "dan", "named_agencies"]
    item.data_classes, item.source_protected = ["personal", "offence"], True
    words = " ".join(handling_words(item))
    for part in (
        "Harbourne Police",
        "named agencies only",
        "never reach the alleged perpetrator",
        "offences",
        "Source protected",
    ):
        assert part in words
