"""Side doors: addresses of libraries, pages of another kind of panel, ended memberships, other people's keys and forms."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.access.engagements import cases_in_scope
from casework.access.guards import Refused
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.access import declare_conflict
from casework.commands.auditing import ask_engagement, decide_engagement
from casework.commands.cases import move_case
from casework.jobs.reminders import forget_sessions
from casework.models import Assessment, CaseGrant, CaseUserGrant, IdempotencyKey, MembershipPanel, Notice, SafeContact
from tests.world import TODAY, World, arranging, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(people) -> World:
    return build(people)


def sign_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.people.users[name])
    return client


@pytest.mark.parametrize(
    "page", ["signup", "email", "password/reset", "password/set", "login/code/confirm", "confirm-email"]
)
def test_nobody_signs_up_or_goes_around_the_password_by_mail(world, page):
    client = sign_in(world, "dan")
    for answer in (
        client.get(f"/accounts/{page}/"),
        client.post(f"/accounts/{page}/", {"email": "mine@example.org", "action_add": ""}),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("to", ["//evil.example/", "https://evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(world, to):
    client = Client()
    user = world.people.users["dan"]
    user.set_password("a long passphrase for the test")
    with acting(world.people.users["grace"]) as by, arranging(by):
        user.save()
    answer = client.post(
        reverse("account_login") + f"?next={to}",
        {"login": "dan", "password": "a long passphrase for the test", "next": to},
    )
    assert answer.status_code == 302
    assert "evil" not in answer.url
    assert "javascript" not in answer.url


@pytest.mark.parametrize("login", ["\x00", "dan\x00", "x" * 9000, "' OR 1=1 --"])
def test_signing_in_takes_any_text(world, login):
    assert Client().post(reverse("account_login"), {"login": login, "password": login}).status_code == 200


def test_a_marac_form_is_not_for_a_case_of_another_kind_of_panel(world):
    reference = world.cases["asb"].reference
    client = sign_in(world, "lena")
    assert client.get(reverse("case", args=[reference])).status_code == 200
    assert client.get(reverse("marac_assess_case", args=[reference])).status_code == 404
    answer = client.post(reverse("marac_assess_case", args=[reference]), {"assessed_on_day": "1"})
    assert answer.status_code == 404
    assert not Assessment._base_manager.filter(case=world.cases["asb"]).exists()


def test_the_status_of_a_case_is_the_offices(world):
    with acting(world.people.users["tess"]) as by, pytest.raises(Refused):
        move_case(by=by, case=world.cases["listed"], status="closed")


@pytest.mark.django_db(databases=["default", "auditor"])
def test_an_engagement_opens_no_case_in_which_its_auditor_has_a_conflict(world):
    case = world.cases["listed"]
    with acting(world.people.users["una"]) as by:
        asked = ask_engagement(
            by=by, references=[case.reference], reason="a complaint", until=TODAY + timedelta(days=3)
        )
    with acting(world.people.users["paul"]) as by:
        decide_engagement(by=by, engagement=asked, approve=True)
    with acting(world.people.users["una"]) as by:
        assert cases_in_scope(by) == {case.reference}
    with acting(world.people.users["grace"]) as by, arranging(by):
        declare_conflict(by=by, user=world.people.users["una"], panel_id=case.panel_id, case=case, reason="her brother")
    with acting(world.people.users["una"]) as by:
        assert cases_in_scope(by) == set()


def test_an_open_session_ends_with_the_membership(world):
    client = sign_in(world, "dan")
    page = reverse("case", args=[world.cases["listed"].reference])
    assert client.get(page).status_code == 200
    with acting(world.people.users["grace"]) as by, arranging(by):
        membership = world.people.users["dan"].memberships.get()
        membership.ends_at = timezone.now()
        membership.save()
    assert client.get(page).status_code == 302
    assert client.get(reverse("choose_agency"))["Location"].startswith(reverse("account_login"))


def test_an_open_session_ends_with_the_panel_that_the_role_carried(world):
    client = sign_in(world, "tess")
    page = reverse("case", args=[world.cases["listed"].reference])
    with acting(world.people.users["grace"]) as by, arranging(by):
        for carried in MembershipPanel.objects.filter(membership__user=world.people.users["tess"]):
            carried.ends_at = timezone.now()
            carried.save()
    assert client.get(page).status_code in (403, 404)


def test_another_persons_form_key_tells_nothing(world):
    key = uuid4()
    with acting(world.people.users["grace"]) as by:
        IdempotencyKey(user_id=by.user_id, key=key, answer="/cases/SECRET/").save()
    client = sign_in(world, "lena")
    answer = client.post(reverse("asb_new_report"), {"_key": str(key)})
    assert "SECRET" not in answer.headers.get("Location", "") + answer.content.decode()


@pytest.mark.parametrize("name", ["wendy", "omar", "una", "viktor", "sam"])
def test_a_hidden_detail_is_not_shown_by_its_number(world, name):
    """sam may reveal the others, never that of the case in which he has a conflict."""
    keys = SafeContact._base_manager.filter(case=world.cases["conflicted"]).values_list("pk", flat=True)
    with acting(world.people.users["grace"]):
        keys = list(keys)
    assert keys
    client = sign_in(world, name)
    for key in keys:
        answer = client.post(reverse("reveal"), {"kind": "safe_contact", "key": key, "why": "checking"})
        assert answer.status_code in (403, 404)
        assert "07700" not in answer.content.decode()


def test_another_persons_notice_stays(world):
    with acting(world.people.users["dan"]):
        notice = Notice._base_manager.get(user=world.people.users["dan"])
    sign_in(world, "grace").post(reverse("settle_notice"), {"notice": str(notice.pk)})
    with acting(world.people.users["dan"]):
        notice.refresh_from_db()
    assert notice.settled_at is None


def test_forms_without_their_token_are_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people.users["grace"])
    key = {"kind": "safe_contact", "key": "1"}
    assert client.post(reverse("reveal"), key).status_code == 403
    assert client.post(reverse("referral_check", args=[world.referrals["waiting"].reference])).status_code == 403


def test_a_session_that_has_run_out_is_forgotten(world):
    client = sign_in(world, "dan")
    Session.objects.create(session_key="old", session_data="x", expire_date=timezone.now() - timedelta(minutes=1))
    forget_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == [client.session.session_key]


def test_grants_are_read_by_who_reads_the_whole_case(world):
    listed = world.cases["listed"].pk
    for name, sees in (("grace", True), ("tess", True), ("wendy", False), ("omar", False), ("una", False)):
        with acting(world.people.users[name]) as by:
            found = [
                model.__name__
                for model in (CaseGrant, CaseUserGrant)
                if visible(by, model).filter(content_object=listed).exists()
            ]
            assert (name, found) == (name, ["CaseGrant", "CaseUserGrant"] if sees else [])
