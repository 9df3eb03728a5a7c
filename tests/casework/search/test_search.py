"""The search: finds what is misspelt, tells nobody of people they may not see, and leaves nothing in an address."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from casework.access.viewer import acting
from casework.commands.cases import open_case
from casework.commands.parties import PartyDetails, add_party
from casework.queries.search import search, similar, understand
from tests.world import arranging


@pytest.fixture
def world(full_world):
    return full_world


def found(world, who, text):
    """Short names of what `who` finds."""
    with acting(world.people.users[who]) as by:
        references = [one.reference for one in search(by, text)]
    made = [*world.referrals.items(), *world.cases.items()]
    names = {record.reference: name for name, record in made}
    return sorted(names[reference] for reference in references)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("01/05/1990", [date(1990, 5, 1)]),
        ("1.5.90", [date(1990, 5, 1)]),
        ("1 May 1990", [date(1990, 5, 1)]),
        ("1st may 1990", [date(1990, 5, 1)]),
        ("May 1, 1990", [date(1990, 5, 1)]),
        ("1990-05-01", [date(1990, 5, 1)]),
        ("Vera Vaughan 1-5-1990", [date(1990, 5, 1)]),
        ("2.3.15", [date(1915, 3, 2), date(2015, 3, 2)]),
        ("31/02/1990", []),
        ("Vera Vaughan", []),
    ],
)
def test_birth_dates_in_several_spellings(text, born):
    assert list(understand(text).born) == born


def test_a_text_is_taken_apart():
    asked = understand("Siân O'Neill hb11aa 1/5/1990")
    assert (asked.words, asked.postcode, asked.born) == (("sian", "oneill"), "HB1 1AA", (date(1990, 5, 1),))


@pytest.mark.parametrize("text", ["Vaughanpast", "vaughanpst", "Vauhganpast", "VAUGHANPAST vera", "vauganpast"])
def test_names_are_found_misspelt_too(world, text):
    assert "past" in found(world, "grace", text)
    assert "northgate" not in found(world, "grace", text)


def test_short_forms_are_found(people):
    with acting(people.users["grace"]) as by, arranging(by):
        case = open_case(by=by, panel=people.panels["harbourne-marac"])
        add_party(PartyDetails("victim", "Penhaligon", "Elizabeth"), case=case)
    with acting(people.users["grace"]) as by:
        [hit] = search(by, "liz penhaligan")
    assert (hit.reference, hit.people) == (case.reference, ["Elizabeth Penhaligon, victim"])


def test_all_words_must_fit_where_somebody_has_them_all(world):
    assert found(world, "grace", "Piers Prycepast") == ["past"]


def test_by_birth_date_postcode_and_reference(world):
    assert found(world, "tess", "2 Feb 1985") == []
    assert found(world, "tess", "3 Feb 1985") == ["conflicted", "listed"]
    assert found(world, "tess", "hb1 1aa") == ["conflicted", "listed"]
    assert found(world, "tess", world.cases["listed"].reference.lower().replace("-", "")) == ["listed"]
    assert found(world, "dan", world.referrals["waiting"].reference) == ["waiting"]


@pytest.mark.parametrize("text", ["Vaughannorth", "Vera", "Vaughanpast", "1/5/1990", "HB1 1AA"])
def test_nobody_finds_whom_they_may_not_see(world, text):
    assert set(found(world, "wendy", text)) <= {"northgate"}
    assert "past" not in found(world, "tess", text)
    assert "northgate" not in found(world, "grace", text)
    assert "conflicted" not in found(world, "sam", text)
    assert found(world, "viktor", text) == []
    assert found(world, "una", text) == []


def test_an_unseen_reference_is_not_found(world):
    assert found(world, "wendy", world.cases["listed"].reference) == []


def test_the_dictionary_cannot_be_read_by_the_app(world):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_nameword")
    assert similar("vaughanpasst")["vaughanpast"] > 0.9


def ask(client, world, who, text):
    client.force_login(world.people.users[who])
    return client.post("/search/", {"q": text})


def test_results_have_an_opaque_address_bound_to_the_session(world, client):
    answer = ask(client, world, "grace", "Vaughanpast")
    address = answer.headers["Location"]
    assert answer.status_code == 302
    assert "aughan" not in address
    text = client.get(address).content.decode()
    assert world.cases["past"].reference in text
    assert "Vera Vaughanpast, victim" in text
    assert "<title>Search results - Roundtable</title>" in text
    for who in ("grace", "helen"):
        client.logout()
        client.force_login(world.people.users[who])
        other, absent = client.get(address), client.get("/search/0123456789abcdef0123456789abcdef/")
        assert (other.status_code, other.content) == (404, absent.content)


def test_the_text_is_stored_encrypted(world, client):
    ask(client, world, "grace", "Vaughanpast")
    with acting(world.people.users["grace"]), connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM casework_search")
        [(secret,)] = cursor.fetchall()
    assert b"aughan" not in bytes(secret)


def test_nothing_found_says_what_to_do(world, client):
    answer = client.get(ask(client, world, "wendy", "Vaughanpast").headers["Location"])
    assert "Nothing found that you may read" in answer.content.decode()


@pytest.mark.parametrize("text", ["", "x" * 101, "a\0b"])
def test_what_cannot_be_searched_is_refused_in_words(people, client, text):
    client.force_login(people.users["grace"])
    answer = client.post("/search/", {"q": text})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
