"""Contact goes over ways that are open today alone, and a letter tells nobody what must not reach them."""

import hashlib
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.access.guards import Refused
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.outward import Letter, make_contact
from casework.commands.parties import HiddenPlace, Way
from casework.commands.safe import add_safe_way, say_safe
from casework.documents.letter import LetterContent, MustNotLeave, Quote, check_letter, draw_letter
from casework.models import InformationItem, OutwardContact, Party, SafeAddress
from tests.world import arranging

TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=90)
HOME = "4 Crane Street\nHB4 4DD"


@pytest.fixture
def world(full_world):
    return full_world


@pytest.fixture
def ready(world):
    """The victim's refuge takes post, and so does the alleged perpetrator's home."""
    case = world.cases["listed"]
    with acting(world.people.users["amira"]) as by:
        say_safe(by=by, row=visible(by, SafeAddress).get(case=case), until=LATER, shared="no")
        place = HiddenPlace("home", HOME, "yes", LATER)
        add_safe_way(by=by, party=visible(by, Party).get(case=case, role="alleged_perpetrator"), way=place)
    return world


def contact(world, who="amira", role="victim", way="call", purpose="To plan the week", **letter):
    case = world.cases["listed"]
    with acting(world.people.users[who]) as by:
        party = visible(by, Party).get(case=case, role=role)
        said = Letter(**letter) if letter else None
        return make_contact(by=by, case=case, party=party, way=way, purpose=purpose, letter=said)


def made(world, who="amira"):
    with acting(world.people.users[who]) as by:
        return list(visible(by, OutwardContact).select_related("contact", "address").order_by("pk"))


def item(world, **values):
    """A statement of amira's agency in the case."""
    with acting(world.people.users["amira"]) as by, arranging(by):
        row = InformationItem(
            case=world.cases["listed"], agency_id=by.agency_id, author_id=by.user_id, place="risk", assertion_type="fact",
            audience="all_present", made_at=timezone.now(), **{"data_classes": ["personal"], "never_to_perpetrator": False, "text": "Plain words"} | values,
        )  # fmt: skip
        row.save()
        return row


def refusal(world, **wanted):
    with pytest.raises(ValidationError) as caught:
        contact(world, **wanted)
    assert made(world) == []
    return caught.value.message_dict


def test_a_call_is_recorded_then_the_number_shown_for_that_reason(world, client, events):
    case = world.cases["listed"]
    client.force_login(world.people.users["amira"])
    address = f"/cases/{case.reference}/contact/"
    shown = client.get(address)
    assert "07700" not in shown.content.decode()
    answer = client.post(
        address, {"person": "1", "way": "call", "purpose": "To plan", "_key": str(shown.context["form_key"])}
    )
    assert answer.status_code == 200
    assert "07700 900123" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    [row] = made(world)
    assert (row.way, row.purpose, row.digest, row.contact.channel, row.address) == (
        "call",
        "To plan",
        "",
        "mobile",
        None,
    )
    [outward] = [event for event in events if event.event == "outward.made"]
    [revealed] = [event for event in events if event.event == "safe.revealed"]
    assert (outward.cases, outward.details) == ([case.reference], {"way": "call"})
    assert revealed.details == {"kind": "safe_contact", "why": "contact"}
    again = client.post(
        address, {"person": "1", "way": "call", "purpose": "To plan", "_key": str(shown.context["form_key"])}
    )
    assert (again.status_code, again.url, len(made(world))) == (302, f"/cases/{case.reference}/ways/", 1)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"way": "text"}, "No channel of this kind is recorded"),
        ({"way": "email"}, "No channel of this kind is recorded"),
        ({"way": "letter", "text": "Dear Vera"}, "not confirmed as safe for post"),
        ({"role": "child"}, "No channel of this kind is recorded"),
        ({"role": "child", "way": "letter", "text": "Dear Charlie"}, "No address is recorded as safe"),
    ],
)
def test_without_a_way_that_is_open_today_there_is_no_contact(world, wanted, words):
    assert words in refusal(world, **wanted)["way"][0]


def test_a_run_out_number_is_not_rung(world, client):
    case = world.cases["listed"]
    with acting(world.people.users["amira"]) as by, arranging(by):
        row = visible(by, Party).get(case=case, role="victim").safecontact_set.scoped().get(channel="mobile")
        row.safe_until = TODAY - timedelta(days=1)
        row.save()
    assert "Mobile phone: its confirmation has run out" in refusal(world)["way"][0]
    client.force_login(world.people.users["amira"])
    answer = client.post(f"/cases/{case.reference}/contact/", {"person": "1", "way": "call", "purpose": "To plan"})
    assert (answer.status_code, "Do not make contact this way" in answer.content.decode()) == (422, True)


def test_the_landline_becomes_usable_when_it_is_confirmed(world):
    with acting(world.people.users["amira"]) as by:
        party = visible(by, Party).get(case=world.cases["listed"], role="victim")
        add_safe_way(by=by, party=party, way=Way("text", "07700 900321", "yes", "", LATER))
    assert contact(world, way="text").line.row.reveal() == "07700 900321"


def test_a_letter_leaves_with_its_digest_under_a_name_that_says_nothing(ready, client, events):
    case = ready.cases["listed"]
    client.force_login(ready.people.users["amira"])
    given = {"person": "1", "way": "letter", "purpose": "An appointment", "text": "Dear Vera,\n\nPlease ring me."}
    answer = client.post(f"/cases/{case.reference}/contact/", given)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    digest = hashlib.sha256(answer.content).hexdigest()
    [row] = made(ready)
    assert (row.way, row.digest, row.address.kind, row.contact) == ("letter", digest, "refuge", None)
    [event] = [event for event in events if event.event == "outward.made"]
    assert event.details == {"way": "letter", "sha256": digest}
    assert "Refuge" not in repr(event)
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Letter"


def test_only_who_speaks_and_reads_all_of_the_case_makes_contact(ready, client):
    case = ready.cases["listed"]
    for who, status in (
        ("amira", 200),
        ("dan", 200),
        ("grace", 403),
        ("helen", 403),
        ("wendy", 404),
        ("lena", 200),
        ("omar", 404),
    ):
        client.force_login(ready.people.users[who])
        assert (who, client.get(f"/cases/{case.reference}/contact/").status_code) == (who, status)
    with pytest.raises(Refused):
        contact(ready, who="grace")


def test_the_purpose_holds_no_hidden_detail(ready):
    assert "purpose" in refusal(ready, purpose="Ring 07700 900123 first")
    assert "purpose" in refusal(ready, purpose="Visit her at the refuge somewhere")


@pytest.mark.parametrize(
    "values",
    [
        {"never_to_perpetrator": True},
        {"data_classes": ["safe-address"]},
        {"data_classes": ["source-identity"]},
        {"data_classes": ["personal", "counselling"]},
        {"text": "She lives at Refuge somewhere"},
    ],
)
def test_what_must_never_reach_the_alleged_perpetrator_is_not_quoted_to_him(ready, values):
    kept = item(ready, **values)
    assert "text" in refusal(ready, role="alleged_perpetrator", way="letter", text="Dear Piers", quotes=(kept.pk,))
    plain = item(ready)
    assert (
        contact(ready, role="alleged_perpetrator", way="letter", text="Dear Piers", quotes=(plain.pk,)).pdf[:4]
        == b"%PDF"
    )


@pytest.mark.parametrize("text", ["Write to Refuge somewhere", "Her number is 07700900123"])
def test_a_copied_detail_is_found_in_the_letter(ready, text):
    assert "text" in refusal(ready, role="alleged_perpetrator", way="letter", text=text)
    assert contact(ready, way="letter", text=text).contact.digest  # her own address is no news to her


def test_a_letter_to_him_never_goes_to_where_she_is(ready):
    with acting(ready.people.users["amira"]) as by:
        party = visible(by, Party).get(case=ready.cases["listed"], role="alleged_perpetrator")
        add_safe_way(by=by, party=party, way=HiddenPlace("home", "Refuge somewhere", "no", LATER))
    assert "text" in refusal(ready, role="alleged_perpetrator", way="letter", text="Dear Piers")


def test_another_agencys_statement_is_quoted_only_after_it_agreed(ready):
    from casework.commands.onward import answer_onward, ask_onward
    from casework.models import OnwardRequest

    police = ready.items["listed", "dan", "all_present"]
    assert "quotes" in refusal(ready, way="letter", text="Dear Vera", quotes=(police.pk,))
    with acting(ready.people.users["amira"]) as by:
        asked = ask_onward(by=by, item=police, use="To quote it to her")
    assert "quotes" in refusal(ready, way="letter", text="Dear Vera", quotes=(police.pk,))
    with acting(ready.people.users["dan"]) as by:
        answer_onward(by=by, request=visible(by, OnwardRequest).get(pk=asked.pk), agreed=True, answer="Yes")
    assert contact(ready, way="letter", text="Dear Vera", quotes=(police.pk,)).pdf[:4] == b"%PDF"


# The builder itself, whoever calls it

WHOLE = {"name": "Piers Pryce", "address": HOME, "written_on": date(2026, 3, 1), "text": "Dear Piers"}
KEPT = Quote("Words", ("personal",), True)


@pytest.mark.parametrize(
    "changes",
    [
        {"quotes": (KEPT,), "to_alleged_perpetrator": True},
        {"quotes": (Quote("Words", ("counselling",), False),), "to_alleged_perpetrator": True},
        {"quotes": (Quote("Words", ("safe-address",), False),), "to_alleged_perpetrator": True},
        {"quotes": (Quote("Words", ("source-identity",), False),)},
        {"text": "She is at 12 Lantern Court", "hidden": ("12 Lantern Court, HB9 4ZZ",)},
        {"quotes": (Quote("hb94zz", (), False),), "hidden": ("12 Lantern Court, HB9 4ZZ",)},
        {"address": "12 Lantern Court", "hidden": ("12 Lantern Court, HB9 4ZZ",)},
    ],
)
def test_the_builder_refuses(changes):
    with pytest.raises(MustNotLeave) as caught:
        draw_letter(LetterContent(**WHOLE | changes))
    assert "Lantern" not in str(caught.value)


def test_the_builder_lets_the_rest_through():
    check_letter(LetterContent(**WHOLE, quotes=(KEPT,)))
    check_letter(LetterContent(**WHOLE, quotes=(Quote("Words", ("offence",), False),), to_alleged_perpetrator=True))
    assert draw_letter(LetterContent(**WHOLE)) == draw_letter(LetterContent(**WHOLE))
