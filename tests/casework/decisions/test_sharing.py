"""Sharing outside a meeting: the office gives a case until a day, an agency its own statements to those who read the case."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.recorder import recording
from casework.access.guards import Refused
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.sharing import Fresh, give_case, share_statements
from casework.demo.people import DEMO
from casework.models import Case, CaseGrant, DisclosureDecision, InformationItem, LegalGateway, Notice, Party
from casework.queries.calendar import end_of_day
from tests.casework.decisions.test_releases import SECRET, says
from tests.casework.meetings import story
from tests.sharing import answers, first_choices

SOON = timedelta(days=30)
GIVEN = {"consent": "given", "confidence": "not_confidential", "necessity": "N.", "victim_views": "V."}


@pytest.fixture
def case(people):
    return story.make_case(people, "Ashdown")


def give(people, case, *slugs, who="grace", days=SOON, reach=3):
    with acting(people.users[who]) as by:
        until = timezone.localdate() + days
        agencies = [people.agencies[slug] for slug in slugs]
        return give_case(by=by, case=case, agencies=agencies, until=until, reach=reach, answers=answers())


def reads(people, name, model=Case, **which) -> bool:
    with acting(people.users[name]) as by:
        return visible(by, model).filter(**which).exists()


def test_an_agency_reads_the_case_until_the_day_behind_its_decision(people, case):
    made = give(people, case, "harbourne-csc", "quay-street")
    assert {name: reads(people, name) for name in ("tess", "priya", "dan", "sam")} == {
        "tess": True, "priya": True, "dan": False, "sam": False,
    }  # fmt: skip
    assert (made.kind, made.outcome) == ("ad_hoc", "shared")
    with acting(people.users["grace"]):
        grants = CaseGrant.objects.filter(content_object=case, basis="standing")
        until = end_of_day(timezone.localdate() + SOON)
        assert {(grant.expires_at, grant.decision_id) for grant in grants} == {(until, made.pk)}
    assert reads(people, "tess", Notice, kind="case_shared", subject=case.reference)


def test_identity_alone_opens_no_more(people, case):
    give(people, case, "harbourne-csc", reach=1)
    assert reads(people, "tess", Party)
    assert not reads(people, "tess", DisclosureDecision)


@pytest.mark.parametrize("days", [timedelta(0), timedelta(days=366)])
def test_the_day_lies_ahead_and_within_a_year(people, case, days):
    with pytest.raises(ValidationError):
        give(people, case, "harbourne-csc", days=days)
    assert not reads(people, "tess")


def test_no_agency_without_a_seat_nor_one_that_reads_it_already(people, case):
    with pytest.raises(ValidationError):
        give(people, case, "northgate-police")
    give(people, case, "harbourne-csc")
    with pytest.raises(ValidationError):
        give(people, case, "harbourne-csc")


def test_only_the_office_gives_a_case(people, case):
    give(people, case, "harbourne-csc")
    with pytest.raises(Refused):
        give(people, case, "quay-street", who="tess")
    assert not reads(people, "priya")


def share(people, who, case, *slugs, items=(), fresh=None):
    with acting(people.users[who]) as by:
        return share_statements(
            by=by, case=case, agencies=[people.agencies[slug] for slug in slugs], items=items, fresh=fresh, answers=answers()
        )  # fmt: skip


def test_an_agency_shares_its_own_statement_with_named_agencies_alone(people):
    meeting = story.circulated(people, 1)
    item = says(people, "priya", meeting, audience="owner_only", classes=("personal",))
    case = story.hearings(people, meeting)[0].case
    made = share(people, "priya", case, "harbourne-csc", items=[item.pk])
    assert {name: reads(people, name, InformationItem, text=SECRET) for name in ("priya", "tess", "dan", "grace")} == {
        "priya": True, "tess": True, "dan": False, "grace": False,
    }  # fmt: skip
    assert (made.agency_id, made.kind) == (people.agencies["quay-street"].pk, "ad_hoc")


def test_a_new_statement_goes_to_the_agencies_named(people, case):
    give(people, case, "harbourne-csc", "quay-street", "harbourne-police")
    fresh = Fresh("Canaryfresh", "fact", ["personal"])
    share(people, "tess", case, "quay-street", fresh=fresh)
    assert {name: reads(people, name, InformationItem, text="Canaryfresh") for name in ("tess", "priya", "dan")} == {
        "tess": True, "priya": True, "dan": False,
    }  # fmt: skip


def test_a_power_that_needs_agreement_and_confidential_health_ask_for_more(people, case):
    give(people, case, "harbourne-csc", "quay-street")
    agreed = LegalGateway(code="agreed", title="Agreed", kind="power", consent_rule="required", source="a test")
    with recording(by=DEMO, event="demo.loaded"):
        agreed.save()
    csc, fresh = people.agencies["harbourne-csc"], Fresh("Canaryfresh", "fact", ["health-confidential"])
    over = {"consent": "refused", "override_reason": "Danger.", "confidence": "public_interest"}

    def sent(**given):
        with acting(people.users["priya"]) as by:
            return share_statements(by=by, case=case, agencies=[csc], items=(), fresh=fresh, answers=answers(**given))

    for given, field in ((over | {"gateway": agreed}, "gateway"), (over, "advice")):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            sent(**given)
        assert field in refused.value.message_dict
    assert sent(**over, advice="Asked our Caldicott guardian.").outcome == "shared"


def test_a_lawful_basis_that_nobody_has_checked_says_so(client, people, case):
    client.force_login(people.users["grace"])
    answers()
    choices = dict(client.get(reverse("case_give", args=[case.reference])).context["form"].fields["condition"].choices)
    assert choices["test-basis"] == "A basis (check before use)"


def test_another_agencys_statement_and_an_agency_that_does_not_read_the_case_are_refused(people, case):
    give(people, case, "harbourne-csc", "quay-street")
    share(people, "tess", case, "quay-street", fresh=Fresh("Canaryfresh", "fact", ["personal"]))
    with acting(people.users["tess"]) as by:
        item = visible(by, InformationItem).get(text="Canaryfresh")
    with pytest.raises(ValidationError):
        share(people, "priya", case, "harbourne-csc", items=[item.pk])
    with pytest.raises(ValidationError):
        share(people, "tess", case, "harbourne-police", items=[item.pk])


def test_the_pages(client, people, case):
    client.force_login(people.users["grace"])
    address = reverse("case_give", args=[case.reference])
    form = client.get(address).context["form"]
    day = timezone.localdate() + SOON
    police = str(people.agencies["harbourne-police"].pk)
    csc = str(people.agencies["harbourne-csc"].pk)
    sent = GIVEN | first_choices(form) | {"agencies": [police, csc], "reach": "3"}
    sent |= {"until_day": day.day, "until_month": day.month, "until_year": day.year}
    assert client.post(address, sent).status_code == 302
    client.force_login(people.users["tess"])
    address = reverse("case_share", args=[case.reference])
    form = client.get(address).context["form"]
    new = {"text": "Canaryfresh", "assertion_type": "fact", "data_classes": ["personal"]}
    assert client.post(address, GIVEN | first_choices(form) | {"agencies": [police]}).status_code == 422
    answer = client.post(address, GIVEN | first_choices(form) | new | {"agencies": [police]})
    assert answer.status_code == 302, answer.context["form"].errors
    assert reads(people, "dan", InformationItem, text="Canaryfresh")
    client.force_login(people.users["priya"])
    assert client.get(address).status_code == 404
