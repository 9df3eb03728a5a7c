"""Pages for what went wrong: wired, in words, and without anything of what lies behind."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client

from casework.access.policies import NotNow
from casework.views.cases import CaseList


@pytest.fixture
def grace(people):
    client = Client(raise_request_exception=False)
    client.force_login(people.users["grace"])
    return client


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (SuspiciousOperation("Canary"), 400, ""),
        (NotNow("The meeting is over."), 409, "The meeting is over. Nothing was changed."),
        (RuntimeError("Canary"), 500, ""),
    ],
)
def test_an_error_says_what_to_do_and_nothing_more(grace, monkeypatch, error, status, words):
    def fail(self):
        raise error

    monkeypatch.setattr(CaseList, "rows", fail)
    answer = grace.get("/cases/")
    text = answer.content.decode()
    assert answer.status_code == status
    assert "<h1" in text
    assert "Canary" not in text
    assert words in text


def test_a_refusal_gives_its_reason(people, client):
    client.force_login(people.users["viktor"])
    answer = client.get("/cases/")
    assert answer.status_code == 403
    assert "Members whose role carries a panel" in answer.content.decode()


def test_an_unknown_address_is_a_404_that_carries_no_token(people, client):
    client.force_login(people.users["grace"])
    first, second = client.get("/no/such/page/"), client.get("/cases/0000-0000/")
    assert (first.status_code, first.content) == (404, second.content)
    assert b"csrfmiddlewaretoken" not in first.content


def test_a_form_from_elsewhere_is_refused_in_words(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.users["grace"])
    answer = client.post("/search/", {"q": "somebody"})
    assert answer.status_code == 403
    assert "This form was open for too long" in answer.content.decode()
