"""A referral's way: made, read by the right people, checked, screened, accepted; and the walls around it."""

from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection
from django.urls import reverse

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.models import (
    Assessment,
    AssessmentAnswer,
    Case,
    CaseGrant,
    CaseUserGrant,
    InformationItem,
    MatchProposal,
    Notice,
    Party,
    Referral,
    SafeAddress,
    SafeContact,
    ScreeningDecision,
)
from marac.models import MaracReferral
from tests.marac.referring import SHARING, checked, refer, sign_in, step, typed

pytestmark = pytest.mark.django_db
checks = pytest.mark.django_db(transaction=True, databases=["default", "system"])


def sharing():
    return SHARING | {"power": "CDA115:da_safety", "condition": "TASK_SAFEGUARD"}


def as_(people, name, model, **where):
    with acting(people.users[name]) as by:
        return list(visible(by, model).filter(**where).order_by("made_at" if model is Notice else "pk"))


def test_what_was_typed_is_stored(people, client):
    reference = refer(client, people)
    (referral,) = as_(people, "dan", Referral)
    assert (referral.reference, referral.status, referral.idva_service_id) == (
        reference,
        "submitted",
        people.agencies["safe-harbour"].pk,
    )
    roles = [(p.role, p.name, str(p.born_on)) for p in as_(people, "dan", Party)]
    assert roles == [
        ("victim", "Zoë Canarywood", "1990-04-03"),
        ("alleged_perpetrator", "Karl Brackenfoot", "1985-05-09"),
        ("child", "Pip Canarywood", "None"),
    ]
    (part,) = as_(people, "dan", MaracReferral)
    assert (part.criteria, part.consent, part.awareness, part.incident_count) == (
        ["visible_high_risk", "professional_judgement"],
        "not_sought",
        "no",
        4,
    )
    (contact,) = as_(people, "dan", SafeContact)
    assert (contact.reveal(), contact.safe, contact.times) == ("07700 900123", "yes", "weekday mornings")
    (assessment,) = as_(people, "dan", Assessment)
    assert (assessment.score, assessment.not_known, assessment.threshold, assessment.professional_judgement) == (
        Decimal(11),
        7,
        Decimal(14),
        True,
    )
    assert len(as_(people, "dan", AssessmentAnswer)) == 24


def test_hidden_address_is_encrypted_and_masked(people, client):
    reference = refer(client, people, victim__address_hidden="yes", victim__address_kind="refuge")
    (address,) = as_(people, "grace", SafeAddress)
    assert address.reveal() == "12 Mill Lane\nHB4 2NZ"
    for name in ("dan", "grace", "amira"):
        sign_in(client, people, name)
        page = client.get(reverse("referral", args=[reference])).content.decode()
        assert "Mill Lane" not in page
        assert "HB4 2NZ" not in page
        assert "07700" not in page
        assert "Safe address: refuge" in page


def test_office_and_idva_service_are_told_at_once(people, client):
    reference = refer(client, people)
    told = {
        name: [(n.kind, n.subject, n.due_on is not None) for n in as_(people, name, Notice)]
        for name in ("grace", "amira", "helen", "dan", "nell")
    }
    assert told == {
        "grace": [("referral_received", reference, False)],
        "amira": [("client_referred", reference, True)],
        "helen": [],
        "dan": [],
        "nell": [],
    }


@pytest.mark.parametrize("which", ["referral", "referral_check", "referral_matches", "referral_accept", "referral_ask", "referral_duplicate", "referral_not_accept", "referral_take_on", "referral_answer", "referral_withdraw", "marac_assess", "marac_contact"])  # fmt: skip
def test_others_find_nothing(people, client, which):
    reference = refer(client, people)
    for name in ("wendy", "nell", "viktor", "una"):
        sign_in(client, people, name)
        answer = client.get(reverse(which, args=[reference]))
        assert answer.status_code in (403, 404), name
        assert "anary" not in answer.content.decode()
        assert (
            as_(people, name, Referral)
            == as_(people, name, Party)
            == as_(people, name, MaracReferral)
            == as_(people, name, Assessment)
            == []
        )
        with acting(people.users[name]), connection.cursor() as cursor:
            for table in (
                "casework_referral",
                "casework_party",
                "marac_maracreferral",
                "marac_historicalmaracreferral",
                "casework_assessmentanswer",
                "casework_safecontact",
            ):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone()[0] == 0, (name, table)


def test_the_same_404_for_not_yours_and_not_there(people, client):
    reference = refer(client, people)
    sign_in(client, people, "wendy")
    assert (
        client.get(reverse("referral", args=[reference])).status_code
        == client.get(reverse("referral", args=["RT-NONE-0000"])).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("name", "page"),
    [("dan", "referral_accept"), ("dan", "referral_matches"), ("dan", "referral_not_accept"), ("amira", "referral_accept"), ("dan", "referral_take_on"), ("grace", "referral_not_accept"), ("grace", "referral_take_on"), ("grace", "referral_answer"), ("amira", "referral_withdraw"), ("dan", "marac_contact")],
)  # fmt: skip
def test_who_may_not(people, client, name, page):
    reference = refer(client, people)
    sign_in(client, people, name)
    assert client.get(reverse(page, args=[reference])).status_code == 403
    assert (
        client.post(reverse(page, args=[reference]), {"reason": "x", "offered": "y", "ground": "other"}).status_code
        == 403
    )
    assert as_(people, "grace", Referral)[0].status == "submitted"
    assert as_(people, "grace", ScreeningDecision) == []


def test_accepting_needs_the_check(people, client):
    reference = refer(client, people)
    sign_in(client, people, "grace")
    assert "has not run yet" in client.get(reverse("referral_accept", args=[reference])).content.decode()
    answer = step(client, people, "grace", "referral_accept", reference, sharing())
    assert answer.status_code == 409
    assert as_(people, "grace", Case) == []


@checks
def test_the_whole_way(people, client):
    reference = refer(client, people)
    assert step(client, people, "grace", "referral_check", reference).status_code == 302
    assert step(client, people, "amira", "referral_take_on", reference).status_code == 302
    answer = step(client, people, "grace", "referral_accept", reference, sharing())
    assert answer.status_code == 302
    (case,) = as_(people, "grace", Case)
    assert answer.url == reverse("case", args=[case.reference])
    referral = as_(people, "dan", Referral)[0]
    assert (referral.status, referral.case_id, case.last_referred_on) == ("accepted", case.pk, referral.referred_on)
    names = [p.name for p in as_(people, "grace", Party, case=case)]
    assert names == ["Zoë Canarywood", "Karl Brackenfoot", "Pip Canarywood"]
    (contact,) = as_(people, "amira", SafeContact, case=case)
    assert contact.reveal() == "07700 900123"
    (assessment,) = as_(people, "amira", Assessment, case=case)
    assert (assessment.score, len(as_(people, "amira", AssessmentAnswer, assessment=assessment))) == (11, 24)
    with acting(people.users["grace"]) as by:
        (grant,) = visible(by, CaseGrant).filter(content_object=case, basis="standing").select_related("decision")
        (assigned,) = visible(by, CaseUserGrant).filter(content_object=case)
    assert (grant.group_id, grant.decision.necessity) == (
        people.agencies["safe-harbour"].group_id,
        SHARING["necessity"],
    )
    assert (assigned.user_id, assigned.decision_id) == (people.users["amira"].pk, grant.decision_id)
    assert [n.kind for n in as_(people, "amira", Notice)] == ["client_referred", "case_assigned"]
    assert [n.kind for n in as_(people, "dan", Notice)] == ["referral_accepted"]
    assert as_(people, "dan", Case) == as_(people, "wendy", Case) == as_(people, "una", Case) == []
    for name in ("grace", "helen", "amira"):
        sign_in(client, people, name)
        page = client.get(reverse("case", args=[case.reference])).content.decode()
        assert "24-item risk checklist: 11, 7 not known" in page
    sign_in(client, people, "dan")
    page = client.get(reverse("referral", args=[reference])).content.decode()
    assert "Accepted" in page
    assert case.reference not in page


def test_sent_twice_counts_once(people, client):
    sign_in(client, people, "dan")
    data = typed()
    first, second = client.post(reverse("marac_refer"), data), client.post(reverse("marac_refer"), data)
    assert (first.status_code, second.status_code, first.url) == (302, 302, second.url)
    assert len(as_(people, "dan", Referral)) == 1


def test_stale_form_is_refused(people, client):
    reference = refer(client, people)
    version = as_(people, "grace", Referral)[0].version
    assert step(client, people, "amira", "referral_take_on", reference).status_code == 302
    sign_in(client, people, "grace")
    answer = client.post(
        reverse("referral_ask", args=[reference]), {"reason": "Which court?", "_version": str(version)}
    )
    assert answer.status_code == 409
    assert "Which court?" in answer.content.decode()
    assert as_(people, "grace", Referral)[0].status == "submitted"


def test_more_information_keeps_the_clock(people, client):
    reference = refer(client, people)
    before = as_(people, "dan", Referral)[0].submitted_at
    assert step(client, people, "grace", "referral_ask", reference, {"reason": "Which court?"}).status_code == 302
    sign_in(client, people, "dan")
    assert "Which court?" in client.get(reverse("referral_answer", args=[reference])).content.decode()
    assert (
        step(client, people, "dan", "referral_answer", reference, {"reason": "Harbourne county court"}).status_code
        == 302
    )
    referral = as_(people, "grace", Referral)[0]
    assert (referral.status, referral.reason, referral.submitted_at) == ("submitted", "Harbourne county court", before)


def test_chair_does_not_accept(people, client):
    reference = refer(client, people)
    page = reverse("referral", args=[reference])
    sign_in(client, people, "grace")
    assert "chair’s decision" in client.get(page).content.decode()
    answer = step(
        client,
        people,
        "helen",
        "referral_not_accept",
        reference,
        {"ground": "out_of_area", "reason": "Lives in Northgate"},
    )
    assert answer.status_code == 422
    assert "Lives in Northgate" in answer.content.decode()
    good = {"ground": "out_of_area", "reason": "Lives in Northgate", "offered": "Sent to Northgate MARAC today"}
    assert step(client, people, "helen", "referral_not_accept", reference, good).status_code == 302
    sign_in(client, people, "dan")
    shown = client.get(page).content.decode()
    assert "Outside this area" in shown
    assert "Sent to Northgate MARAC today" in shown
    assert step(client, people, "grace", "referral_ask", reference, {"reason": "x"}).status_code == 409


@checks
def test_repeat_is_proposed_decided_and_joined_to_the_case(people, client):
    first = refer(client, people)
    checked(people, first)
    assert step(client, people, "grace", "referral_accept", first, sharing()).status_code == 302
    again = {"victim__given_names": "Zoe", "victim__family_name": "Canarywod", "victim__address": "3 New Quay", "victim__postcode": "HB9 9ZZ", "perpetrator1__family_name": "Brakenfoot", "victim__contact_value": "07700 900999"}  # fmt: skip
    second = refer(client, people, "lena", **again)
    assert checked(people, second) == 1
    assert checked(people, second) == 0
    (proposal,) = as_(people, "grace", MatchProposal)
    assert (proposal.kind, proposal.decision, proposal.score > 0.9) == ("repeat", "open", True)
    assert {"anar", "rack", "Mill"} & {
        word for piece in proposal.evidence for word in map(str, piece.values())
    } == set()
    assert as_(people, "lena", MatchProposal) == as_(people, "amira", MatchProposal) == []
    assert step(client, people, "grace", "referral_accept", second, sharing()).status_code == 409
    assert step(client, people, "grace", "referral_matches", second, {"match_1": "accepted"}).status_code == 302
    assert step(client, people, "grace", "referral_accept", second, sharing()).status_code == 302
    (case,) = as_(people, "grace", Case)
    parties = as_(people, "grace", Party, case=case)
    assert [p.role for p in parties] == ["victim", "alleged_perpetrator", "child"]
    with acting(people.users["grace"]) as by:
        anchors = {
            role: {p.person_id for p in visible(by, Party).filter(role=role)}
            for role in ("victim", "alleged_perpetrator")
        }
        contacts = sorted(c.reveal() for c in visible(by, SafeContact).filter(case=case))
        assert len(list(visible(by, CaseGrant).filter(content_object=case, basis="standing"))) == 1
    assert [len(found) for found in anchors.values()] == [1, 1]
    assert None not in anchors["victim"] | anchors["alleged_perpetrator"]
    assert contacts == ["07700 900123", "07700 900999"]
    assert len(as_(people, "grace", Assessment, case=case)) == 2


@checks
def test_rejected_match_opens_a_case_of_its_own(people, client):
    first = refer(client, people)
    checked(people, first)
    step(client, people, "grace", "referral_accept", first, sharing())
    second = refer(client, people, "lena")
    checked(people, second)
    step(client, people, "grace", "referral_matches", second, {"match_1": "rejected"})
    assert step(client, people, "grace", "referral_accept", second, sharing()).status_code == 302
    assert len(as_(people, "grace", Case)) == 2
    assert {p.person_id for p in as_(people, "grace", Party)} == {None}


@checks
def test_other_perpetrator_other_victim_and_other_panel(people, client):
    refer(client, people)
    refer(client, people, "wendy")
    third = refer(
        client,
        people,
        perpetrator1__given_names="Milo",
        perpetrator1__family_name="Unrelated",
        perpetrator1__born_on_year="1961",
    )
    checked(people, third)
    assert [p.kind for p in as_(people, "grace", MatchProposal)] == ["new_perpetrator"]
    fourth = refer(client, people, victim__given_names="Ottilie", victim__family_name="Vandermeer", victim__born_on_year="1971", victim__address="99 Far Street", victim__postcode="HB1 1AA")  # fmt: skip
    checked(people, fourth)
    assert {p.kind for p in as_(people, "grace", MatchProposal, referral__reference=fourth)} == {"same_perpetrator"}
    assert as_(people, "nell", MatchProposal) == []


def test_assessments_are_never_changed(people, client):
    reference = refer(client, people)
    assert step(client, people, "dan", "marac_assess", reference, {"D01": "yes", "D02": "no"}).status_code == 302
    old, new = sorted(as_(people, "dan", Assessment), key=lambda row: row.pk)
    assert (new.supersedes_id, new.score, new.not_known, old.score) == (old.pk, 1, 22, 11)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        acting(people.users["dan"]),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE casework_assessment SET score = 3")


def test_adviser_keeps_her_own_log(people, client):
    from marac.models import AdviserContact

    reference = refer(client, people)
    sign_in(client, people, "amira")
    home = client.get(reverse("home")).content.decode()
    assert f"Reach the client of referral {reference} (safe: mobile phone)" in home
    assert "07700" not in home
    data = {"channel": "mobile", "result": "reached", "note": "log canary"}
    assert step(client, people, "amira", "marac_contact", reference, data).status_code == 302
    assert [c.note for c in as_(people, "amira", AdviserContact)] == ["log canary"]
    assert "Reach the client" not in client.get(reverse("home")).content.decode()
    for name in ("dan", "grace", "helen", "wendy"):
        assert as_(people, name, AdviserContact) == []
        sign_in(client, people, name)
        assert "log canary" not in client.get(reverse("referral", args=[reference])).content.decode()
        with acting(people.users[name]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM marac_advisercontact")
            assert cursor.fetchone()[0] == 0


@checks
def test_taken_on_after_acceptance(people, client):
    reference = refer(client, people)
    checked(people, reference)
    step(client, people, "grace", "referral_accept", reference, sharing())
    assert as_(people, "amira", Case) == []
    assert step(client, people, "amira", "referral_take_on", reference).status_code == 302
    assert as_(people, "amira", Case) == []
    sign_in(client, people, "grace")
    assert f"Assign the case of referral {reference}" in client.get(reverse("home")).content.decode()
    assert step(client, people, "grace", "referral_assign", reference).status_code == 302
    assert [case.status for case in as_(people, "amira", Case)] == ["open"]
    assert f"Assign the case of referral {reference}" not in client.get(reverse("home")).content.decode()


@checks
def test_what_the_agency_said_stands_in_the_case(people, client):
    reference = refer(client, people)
    checked(people, reference)
    step(client, people, "grace", "referral_accept", reference, sharing())
    said = [(row.agency_id, row.place, row.assertion_type, row.text) for row in as_(people, "helen", InformationItem)]
    police = people.agencies["harbourne-police"].pk
    about = "Criteria: visible high risk, professional judgement. Consent: not sought. The victim knows of the referral: no. Incidents in 12 months: 4."
    assert said == [
        (police, "referral", "opinion", about),
        (police, "referral", "reported", "The reason canary: strangled on Friday"),
    ]
    assert as_(people, "dan", InformationItem) == as_(people, "wendy", InformationItem) == []
