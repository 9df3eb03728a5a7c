"""What the referral form refuses, in words beside the field, keeping what was typed; and what it takes."""

import json

import pytest
from django.http import QueryDict
from django.urls import reverse

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.reference_data import DATA
from casework.models import Assessment, InstrumentVersion, Party, Referral
from casework.risk.scoring import items
from marac.commands import MaracDetails, submit_referral
from marac.forms import ReferralForms
from marac.models import MaracReferral
from tests.marac.referring import sign_in, typed

VERSION = InstrumentVersion(content=json.loads((DATA / "instruments" / "checklist-24-v1.json").read_text()))


def filled(**changes) -> ReferralForms:
    """The form as the page makes it from what was sent."""
    data = QueryDict(mutable=True)
    for name, value in typed(**changes).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return ReferralForms(data, version=VERSION)


BAD = [
    ("victim-born_on", {"victim__born_on_day": "31", "victim__born_on_month": "2"}, "31 February 1990 does not exist"),
    ("victim-born_on", {"victim__born_on_year": "2099"}, "must be today or in the past"),
    ("victim-born_on", {"victim__born_on_day": ""}, "must include a day"),
    ("perpetrator1-born_on", {"perpetrator1__born_on_day": "31", "perpetrator1__born_on_month": "June"}, "31 June 1985 does not exist"),
    ("why-incident_on", {"why__incident_on_day": "1", "why__incident_on_month": "13", "why__incident_on_year": "2026"}, "must be between 1 and 12"),
    ("why-criteria", {"why__criteria": None}, "Choose at least one criterion"),
    ("why-criteria", {"why__criteria": ["invented"]}, "invented is not one of the available choices"),
    ("why-judgement_reason", {"why__judgement_reason": ""}, "Why do you judge the risk to be high?"),
    ("victim-contact_safe", {"victim__contact_safe": None}, "Is there a safe way to reach the victim?"),
    ("victim-contact_safe", {"victim__contact_safe": "not_recorded"}, "not one of the available choices"),
    ("victim-contact_value", {"victim__contact_value": ""}, "Enter the safe number"),
    ("victim-contact_channel", {"victim__contact_channel": ""}, "Choose the channel"),
    ("victim-address_hidden", {"victim__address_hidden": None}, "Must this address be kept from the alleged perpetrator?"),
    ("victim-postcode", {"victim__postcode": "nowhere"}, "Enter a full postcode"),
    ("victim-given_names", {"victim__given_names": "", "victim__family_name": ""}, "Enter the victim’s name"),
    ("victim-given_names", {"victim__given_names": "Zo\u0000e"}, "First names"),
    ("victim-family_name", {"victim__family_name": "\ud800Wood"}, "Last name"),
    ("victim-family_name", {"victim__family_name": "W" * 101}, "must be 100 characters or fewer. You have typed 101"),
    ("why-reason", {"why__reason": "x" * 4001}, "must be 4,000 characters or fewer. You have typed 4,001"),
    ("why-reason", {"why__reason": "a\u0000b"}, "Why does this need a MARAC?"),
    ("why-reason", {"why__reason": "a\udfffb"}, "Why does this need a MARAC?"),
    ("why-reason", {"why__reason": "   "}, "Why does this need a MARAC?"),
    ("why-consent", {"why__consent": "not_recorded"}, "not one of the available choices"),
    ("why-no_consent_reason", {"why__no_consent_reason": ""}, "Say why the referral is made without consent"),
    ("why-awareness", {"why__awareness": "not_recorded"}, "not one of the available choices"),
    ("why-not_aware_reason", {"why__not_aware_reason": ""}, "Why not?"),
    ("why-children", {"why__children": None}, "Are there children?"),
    ("why-children", {"why__children": "none"}, "Children are named below"),
    ("child1-given_names", {"child1__given_names": "", "child1__family_name": ""}, "Enter the name of at least one child"),
    ("why-incident_count", {"why__incident_count": "-1"}, "greater than or equal to 0"),
    ("risk-D01", {"risk__D01": "perhaps"}, "not one of the available choices"),
    ("risk-D15_comment", {"risk__D15_comment": "c" * 501}, "must be 500 characters or fewer"),
    ("victim-born_on", {"victim__born_on_day": "", "victim__born_on_month": "", "victim__born_on_year": "", "victim__address": "", "victim__postcode": ""}, "approximate age, or an address"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "changes", "words"), BAD, ids=[f"{field}: {words[:20]}" for field, _, words in BAD])
def test_refused_in_words_beside_the_field(field, changes, words):
    form = filled(victim__other_names="kept canary", **changes)
    assert not form.is_valid()
    errors = {f"{part.prefix}-{name}": " ".join(found) for part in form.parts for name, found in part.errors.items()}
    assert list(errors) == [field]
    assert words in errors[field]
    assert form.victim["other_names"].value() == "kept canary"


def test_the_good_form_is_good():
    assert filled().is_valid()


def test_the_page_says_it_and_keeps_what_was_typed(people, client):
    sign_in(client, people, "dan")
    wrong = {
        "victim__born_on_day": "31",
        "victim__born_on_month": "2",
        "why__criteria": None,
        "why__reason": "w" * 4001,
        "victim__contact_safe": None,
    }
    answer = client.post(
        reverse("marac_refer"),
        typed(victim__other_names="kept canary", perpetrator2__given_names="Second\x00", **wrong),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "31 February 1990 does not exist",
        "Choose at least one criterion",
        "4,000 characters or fewer",
        "safe way to reach the victim?",
        "kept canary",
        "w" * 4001,
    ):
        assert words in page
    assert page.count('href="#id_') == 5
    with acting(people.users["grace"]) as by:
        assert visible(by, Referral).count() == 0


def test_no_perpetrator_needs_a_reason(people, client):
    sign_in(client, people, "dan")
    nobody = {name: "" for name in typed() if name.startswith("perpetrator1")}
    assert client.post(reverse("marac_refer"), typed(**nobody)).status_code == 422
    assert (
        client.post(reverse("marac_refer"), typed(**nobody, why__perpetrator_unknown="She will not say")).status_code
        == 302
    )
    with acting(people.users["dan"]) as by:
        assert [p.role for p in visible(by, Party).order_by("pk")] == ["victim", "child"]
        assert visible(by, MaracReferral).get().perpetrator_unknown == "She will not say"


def test_judgement_alone_without_a_checklist(people, client):
    sign_in(client, people, "dan")
    open_ = {f"risk__{item}": None for item in (f"D{n:02}" for n in range(1, 25))} | {"risk__D15_comment": None}
    assert (
        client.post(reverse("marac_refer"), typed(**open_, why__criteria=["professional_judgement"])).status_code == 302
    )
    with acting(people.users["dan"]) as by:
        assessment = visible(by, Assessment).get()
    assert (assessment.score, assessment.not_known, assessment.professional_judgement) == (None, 24, True)


@pytest.mark.parametrize("name", ["Łucja Żółć", "محمد الأحمد", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "李小龍", "Νίκη O’Brien-Ωmega", "আয়েশা"])
def test_names_in_any_script(people, client, name):
    sign_in(client, people, "dan")
    answer = client.post(reverse("marac_refer"), typed(victim__given_names=name))
    assert answer.status_code == 302
    assert name in client.get(answer.url).content.decode()


def test_no_form_offers_what_imports_say(people, client):
    sign_in(client, people, "dan")
    page = client.get(reverse("marac_refer")).content.decode()
    assert "not_recorded" not in page
    assert "imported" not in page


def test_the_page_asks_all_24_items_and_names_nobody_in_its_title(people, client):
    sign_in(client, people, "dan")
    answer = client.get(reverse("marac_refer"))
    page = answer.content.decode()
    assert all(
        item["label"].replace("'", "&#x27;") in page for item in items(answer.context["form"].checklist.version.content)
    )
    assert "<title>New MARAC referral" in page


@pytest.mark.parametrize(
    ("name", "status"),
    [("dan", 200), ("tess", 200), ("amira", 200), ("grace", 403), ("helen", 403), ("una", 403), ("viktor", 403)],
)
def test_who_may_refer(people, client, name, status):
    sign_in(client, people, name)
    assert client.get(reverse("marac_refer")).status_code == status
    assert client.post(reverse("marac_refer"), typed()).status_code == {200: 302, 403: 403}[status]


def test_nobody_refers_to_another_partnership(people, client):
    sign_in(client, people, "dan")
    assert client.get(reverse("marac_refer_to", args=["northgate-marac"])).status_code == 403
    assert client.post(reverse("marac_refer_to", args=["northgate-marac"]), typed()).status_code == 403


def test_the_command_refuses_what_the_form_would(people):
    from casework.access.guards import Refused
    from casework.commands.referrals import ReferralDetails

    nothing = {"details": ReferralDetails(reason=""), "marac": MaracDetails([], "given", "yes"), "assessment": None}
    with acting(people.users["grace"]) as by, pytest.raises(Refused):
        submit_referral(by=by, panel=people.panels["harbourne-marac"], **nothing)
    with acting(people.users["dan"]) as by, pytest.raises(Exception, match="about one victim"):
        submit_referral(by=by, panel=people.panels["harbourne-marac"], **nothing)
