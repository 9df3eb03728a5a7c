"""The pages as a coordinator and a governance lead use them, and what everybody else is answered."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.access.viewer import acting, has_signed
from casework.models import AgreementParty, AgreementVersion, DueDiligence, SharingAgreement
from casework.queries import agreements as queries

pytestmark = pytest.mark.django_db


def in_boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def code(people, slug: str = "", person: str = "ines") -> str:
    """What stands for the agreement of the person's partnership in an address; with a slug, for that agency under it."""
    with acting(people.users[person]) as by:
        shown = queries.agreements(by)[0]
    return next((line.code for line in shown.agencies if line.party.agency.slug == slug), shown.code)


def party(slug: str) -> AgreementParty:
    return AgreementParty.objects.get(agency__slug=slug)


@pytest.fixture
def ines(people, client):
    client.force_login(people.users["ines"])
    return client


def test_the_pages_are_for_who_keeps_agreements_of_this_partnership(people, client):
    pages = [
        reverse("agreements"),
        reverse("agreement", args=[code(people)]),
        reverse("agreement_agency", args=[code(people, "quay-street")]),
    ]
    answers = {}
    for person in ("grace", "omar", "ines", "paul", "nell", "helen", "dan", "una", "viktor"):
        client.force_login(people.users[person])
        answers[person] = [client.get(page).status_code for page in pages]
    assert answers == (
        dict.fromkeys(("grace", "omar", "ines", "paul"), [200] * 3)
        | {"nell": [200, 404, 404]}
        | dict.fromkeys(("helen", "dan", "una", "viktor"), [403] * 3)
    )


def test_the_page_says_in_words_what_follows_without_a_signature(people, ines):
    page = reverse("agreement", args=[code(people)])
    assert queries.NOTHING not in ines.get(page).content.decode()
    today = timezone.localdate()
    sent = {
        **in_boxes("in_force_from", today), **in_boxes("review_on", today + timedelta(days=300)), "grace_days": "0",
        "purposes": ["da_safety", "asb_manage"], "term_1": "The agencies that have signed.", "term_6": "Named accounts.",
    }  # fmt: skip
    answer = ines.post(reverse("agreement_version_new", args=[code(people)]), sent, follow=True)
    text = answer.content.decode()
    assert queries.NOTHING in text
    for words in (
        "Version 2, since",
        "Dealing with anti-social behaviour",
        "Named accounts.",
        "Signature of version 2",
    ):
        assert words in text
    version = AgreementVersion.objects.get(number=2)
    assert [term["heading"] for term in version.terms] == ["Who takes part, and for what benefit", "Security"]


def test_a_new_version_starts_from_the_words_of_the_one_before_and_from_no_date(people, ines):
    today = timezone.localdate()
    sent = {**in_boxes("in_force_from", today), **in_boxes("review_on", today + timedelta(days=9)), "grace_days": "60", "purposes": ["da_safety"], "term_6": "Kept."}  # fmt: skip
    page = reverse("agreement_version_new", args=[code(people)])
    assert ines.post(page, sent).status_code == 302
    form = ines.get(page).context["form"]
    assert (form["purposes"].value(), form["term_6"].value(), form["in_force_from"].value()) == (
        ["da_safety"],
        "Kept.",
        None,
    )
    again = ines.post(page, sent)
    assert again.status_code == 422
    assert "after the first day of the version before" in again.content.decode()


def test_a_newcomer_from_the_proposal_to_the_first_day(people, ines):
    agreement = code(people)
    assert (
        ines.post(
            reverse("agreement_leave", args=[code(people, "quay-street")]), {"reason": "Merged.", "sure": "on"}
        ).status_code
        == 302
    )
    place = code(people, "quay-street")
    assert "It has left and is given nothing." in ines.get(reverse("agreement_agency", args=[place])).content.decode()
    for to, status in (("active", 422), ("proposed", 302), ("due_diligence", 302), ("signed", 409)):
        assert ines.post(reverse("agreement_move", args=[place]), {"to": to}).status_code == status
    assert ines.post(reverse("agreement_checks", args=[place]), {"done": DueDiligence.values}).status_code == 302
    signed = {"version": "1", "signatory": "Partner", **in_boxes("signed_on", timezone.localdate())}
    assert ines.post(reverse("agreement_sign", args=[place]), signed).status_code == 302
    assert ines.post(reverse("agreement_sign", args=[place]), signed).status_code == 422
    for to in ("signed", "active"):
        assert ines.post(reverse("agreement_move", args=[place]), {"to": to}).status_code == 302
    assert has_signed(people.agencies["quay-street"].pk, people.panels["harbourne-marac"].pk)
    page = ines.get(reverse("agreement_agency", args=[place])).content.decode()
    assert "It may be given what the panels decide to share." in page
    assert ines.get(reverse("agreement", args=[agreement])).status_code == 200


def test_leaving_is_confirmed_on_a_page_that_says_what_will_end(people, ines):
    page = reverse("agreement_leave", args=[code(people, "safe-harbour")])
    text = ines.get(page).content.decode()
    for words in (
        "What ends",
        "Harbourne ASB panel and Harbourne MARAC",
        "The sessions of its people (1 now)",
        "What stays",
        "under its name",
    ):
        assert words in text
    assert ines.post(page, {"reason": "It closes."}).status_code == 422
    assert party("safe-harbour").state == "active"
    assert ines.post(page, {"reason": "It closes.", "sure": "on", "_version": "7"}).status_code == 409
    assert party("safe-harbour").state == "active"
    assert ines.post(page, {"reason": "It closes.", "sure": "on"}).status_code == 302
    assert party("safe-harbour").state == "left"
    home = ines.get("/").content.decode()
    assert "Safe Harbour IDVA Service has left: copies returned or destroyed?" in home
    assert (
        ines.post(reverse("agreement_copies", args=[code(people, "safe-harbour")]), {"sure": "on"}).status_code == 302
    )
    assert "copies returned or destroyed?" not in ines.get("/").content.decode()


def test_ones_own_agency_is_not_let_go_by_oneself(people, ines):
    place = code(people, "harbourne-council")
    assert (
        reverse("agreement_leave", args=[place])
        not in ines.get(reverse("agreement_agency", args=[place])).content.decode()
    )
    assert ines.post(reverse("agreement_leave", args=[place]), {"reason": "We go.", "sure": "on"}).status_code == 403


def test_suspending_asks_why(people, ines):
    page = reverse("agreement_move", args=[code(people, "quay-street")])
    assert ines.post(page, {"to": "suspended"}).status_code == 422
    assert ines.post(page, {"to": "suspended", "reason": "No insurance."}).status_code == 302
    assert (party("quay-street").state, party("quay-street").reason) == ("suspended", "No insurance.")
    assert (
        "It is suspended" in ines.get(reverse("agreement_agency", args=[code(people, "quay-street")])).content.decode()
    )


def test_the_review_is_put_off(people, ines):
    page = reverse("agreement_review", args=[code(people)])
    assert ines.get(page).status_code == 409  # the demo's first version has no review date
    today = timezone.localdate()
    sent = {**in_boxes("in_force_from", today), **in_boxes("review_on", today + timedelta(days=9)), "grace_days": "60", "purposes": ["da_safety"]}  # fmt: skip
    ines.post(reverse("agreement_version_new", args=[code(people)]), sent)
    later = today + timedelta(days=40)
    assert ines.post(page, {**in_boxes("until", today), "reason": "Later."}).status_code == 422
    assert ines.post(page, {**in_boxes("until", later), "reason": "The board meets then."}).status_code == 302
    text = ines.get(reverse("agreement", args=[code(people)])).content.decode()
    assert "The board meets then." in text
    assert "40 days left" in text


def test_a_further_agreement_and_an_agency_that_is_proposed(people, ines):
    answer = ines.post(reverse("agreement_new"), {"title": "Northern estates", "panels": ["harbourne-asb"]})
    made = SharingAgreement.objects.get(title="Northern estates")
    assert answer.headers["Location"] == reverse("agreement", args=[queries.code_of("agreement", made.pk)])
    page = ines.get(answer.headers["Location"]).content.decode()
    assert "No version is in force" in page
    proposed = ines.post(
        reverse("agreement_propose", args=[queries.code_of("agreement", made.pk)]), {"agency": "quay-street"}
    )
    assert proposed.status_code == 302
    assert AgreementParty.objects.get(agreement=made).state == "proposed"
    assert "Without a live signature" in ines.get(proposed.headers["Location"]).content.decode()


def test_where_everybody_has_a_place_nobody_is_proposed(people, ines):
    assert ines.get(reverse("agreement_propose", args=[code(people)])).status_code == 409


def test_a_governance_lead_of_a_suspended_agency_reads_and_does_not_write(people, ines, client):
    ines.post(
        reverse("agreement_move", args=[code(people, "harbourne-police")]), {"to": "suspended", "reason": "An inquiry."}
    )
    client.force_login(people.users["paul"])
    page = client.get(reverse("agreement", args=[code(people)]))
    assert page.status_code == 200
    assert "New version" not in page.content.decode()
    assert client.get(reverse("agreement_version_new", args=[code(people)])).status_code == 403
    assert client.get(reverse("power_switch", args=["CDA115"])).status_code == 403
