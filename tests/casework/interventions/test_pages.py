"""The register's pages."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.models import Condition, Intervention


@pytest.fixture
def visit(client, people):
    def open_it(name, url, *args, send=None, query=""):
        client.force_login(people.users[name])
        address = reverse(url, args=args) + query
        if send is None:
            return client.get(address)
        return client.post(address, urlencode(send), content_type="application/x-www-form-urlencoded")

    return open_it


def text(response) -> str:
    return response.content.decode()


def boxes(name, day) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


SENT = {
    "type": "abc", "subject": "1", "agency": "harbourne-council", "status": "agreed", "reason": "Warnings did not help.",
    "condition_1": "Not to play music after ten", "condition_1_kind": "no", "condition_2": "To meet the officer", "condition_2_kind": "yes",
}  # fmt: skip


def test_a_contract_with_two_conditions_in_one_form(visit, case, people):
    assert "Adult Norcott, perpetrator (alleged)" in text(visit("omar", "new_intervention", case.reference))
    answer = visit("omar", "new_intervention", case.reference, send=SENT)
    with acting(people.users["omar"]) as by:
        made = visible(by, Intervention).get()
        assert [(c.text, c.positive) for c in visible(by, Condition).order_by("pk")] == [
            ("Not to play music after ten", False),
            ("To meet the officer", True),
        ]
    assert (answer.status_code, answer.url) == (302, reverse("intervention", args=[made.reference]))
    shown = text(visit("lena", "intervention", made.reference))
    assert "Not to play music after ten" in shown
    assert "Check before use" in shown
    assert "Change status" not in shown
    for url in ("intervention_status", "intervention_breach", "intervention_conditions"):
        assert visit("lena", url, made.reference).status_code == 403
        assert visit("dan", url, made.reference).status_code == 404
    for name, status in {"dan": 404, "wendy": 404, "nell": 404, "grace": 404, "una": 403, "viktor": 403}.items():
        assert visit(name, "intervention", made.reference).status_code == status, name
        assert made.reference not in text(visit(name, "interventions"))
        assert visit(name, "new_intervention", case.reference).status_code == status
        assert visit(name, "case_interventions", case.reference).status_code == status
    assert made.reference in text(visit("lena", "interventions"))
    assert made.reference in text(visit("lena", "case_interventions", case.reference))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"type": "asbo"}, "can no longer be issued"),
        ({"subject": "2"}, "youth justice is consulted first"),
        ({"reason": ""}, "Enter why this, and why now"),
        ({"condition_1": "x" * 501}, "Condition 1 must be 500 characters or fewer"),
        ({"starts_on_day": "31", "starts_on_month": "2", "starts_on_year": "2026"}, "does not exist"),
        ({"agency": "harbourne-csc"}, "Select a valid choice"),
    ],
)
def test_refused_in_words_keeping_what_was_typed(visit, case, people, wrong, words):
    answer = visit("omar", "new_intervention", case.reference, send=SENT | wrong)
    assert (answer.status_code, words in text(answer), "To meet the officer" in text(answer)) == (422, True, True)
    with acting(people.users["omar"]) as by:
        assert visible(by, Intervention).count() == 0


def test_status_conditions_and_breach(visit, record, people):
    made = record()
    today = timezone.localdate()
    assert visit("omar", "intervention_breach", made.reference).status_code == 409
    sent = {"status": "in_force", "reason": "signed", "_version": 1} | boxes("ends_on", today + timedelta(days=180))
    assert visit("omar", "intervention_status", made.reference, send=sent).status_code == 302
    assert visit("chris", "intervention_status", made.reference, send=sent).status_code == 422
    assert (
        visit(
            "chris", "intervention_conditions", made.reference, send={"condition_1": "Keep away", "_version": 1}
        ).status_code
        == 409
    )
    assert visit("chris", "intervention_conditions", made.reference, send={"_version": 2}).status_code == 422
    assert (
        visit(
            "chris", "intervention_conditions", made.reference, send={"condition_1": "Keep away", "_version": 2}
        ).status_code
        == 302
    )
    sent = {"condition": "3", "text": "Seen at the block.", "_version": 3} | boxes("happened_on", today)
    assert visit("omar", "intervention_breach", made.reference, send=sent).status_code == 302
    shown = text(visit("chris", "intervention", made.reference))
    assert ("Seen at the block." in shown, "Breached" in shown) == (True, True)


def test_the_list_is_narrowed(visit, record):
    today = timezone.localdate()
    contract = record(status="in_force", starts_on=today, ends_on=today + timedelta(days=20)).reference
    warning = record(type="written_warning", status="agreed").reference
    for query, expected in {
        "?type=abc": (True, False), "?status=agreed": (False, True), "?ending=soon": (True, False),
        "?panel=harbourne-asb": (True, True), "?panel=northgate-asb": (False, False), "?type=nothing": (False, False),
    }.items():  # fmt: skip
        shown = text(visit("omar", "interventions", query=query))
        assert (query, contract in shown, warning in shown) == (query, *expected)
