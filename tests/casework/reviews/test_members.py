"""People of an agency: who may renew, end and reopen, what ends with a membership, and who takes over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import NoMembership, acting
from casework.commands import members
from casework.commands.access import declare_conflict
from casework.commands.locking import Stale
from casework.models import (
    Case,
    CaseUserGrant,
    Cover,
    Membership,
    MembershipPanel,
    Notice,
    PanelOffice,
    Role,
    User,
)
from casework.queries.members import members_of, memberships_that_end, takers
from tests.world import World, arranging

DAY = timedelta(days=1)


@pytest.fixture
def world(full_world) -> World:
    return full_world


def sign_in(world: World, username: str) -> Client:
    client = Client()
    client.force_login(world.people.users[username])
    return client


def colleague(world: World, username: str, agency: str, role: str, *panels: str) -> Membership:
    """A person more at an agency."""
    user = User.objects.create_user(username, "a long password", display_name=username.title())
    with acting(world.people.users["grace"]) as by, arranging(by):
        membership = Membership(user=user, agency=world.agency(agency), role=role, starts_at=timezone.now() - DAY)
        membership.save()
        for slug in panels:
            MembershipPanel(membership=membership, panel=world.panel(slug), starts_at=timezone.now() - DAY).save()
    world.people.users[username], world.people.memberships[username] = user, membership
    return membership


def sees(world: World, username: str, name: str) -> bool:
    with acting(world.people.users[username]) as by:
        return visible(by, Case).filter(pk=world.cases[name].pk).exists()


def end(world: World, by: str, who: str, *, on=None, taker: str = "", **given):
    people = world.people
    with acting(people.users[by]) as viewer:
        return members.end_membership(
            by=viewer, membership=people.memberships[who], on=on or timezone.localdate(),
            taker=people.memberships[taker] if taker else None, **given,
        )  # fmt: skip


def test_a_membership_ends_after_a_year_unless_somebody_says_otherwise(people):
    left = {m.ends_at - timezone.now() for m in Membership.objects.all()}
    assert {364 * DAY < one < 366 * DAY for one in left} == {True}


def test_who_answers_for_an_agency_sees_its_people_and_no_others(world):
    shown = {}
    for username in ("paul", "ines", "lena", "dan", "grace", "viktor", "amira"):
        with acting(world.people.users[username]) as by:
            shown[username] = [member.name for member in members_of(by)]
    assert shown["paul"] == ["Dan Whitlock", "Helen Marsh", "Paul Reid"]
    assert shown["lena"] == ["Lena Fischer"]
    assert "Grace Adeyemi" in shown["ines"]
    assert {name: shown[name] for name in ("dan", "grace", "viktor", "amira")} == dict.fromkeys(("dan", "grace", "viktor", "amira"), [])  # fmt: skip


def test_ending_takes_effect_on_the_next_request_and_ends_the_session(world, events):
    client, page = sign_in(world, "dan"), reverse("case", args=[world.cases["listed"].reference])
    assert client.get(page).status_code == 200
    end(world, "paul", "dan")
    assert [e.event for e in events][-1] == "membership.ended"
    answer = client.get(page)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("account_login"))
    assert "_auth_user_id" not in client.session
    with pytest.raises(NoMembership), acting(world.people.users["dan"]):
        pass


def test_what_hangs_on_a_membership_ends_with_it(world):
    helen = world.people.memberships["helen"]
    with acting(world.people.users["paul"]) as by, arranging(by):
        Cover(membership=world.people.memberships["dan"], covers=helen).save()
    end(world, "paul", "helen")
    assert PanelOffice.objects.live().filter(membership=helen).count() == 0
    assert Cover.objects.live().filter(covers=helen).count() == 0
    assert Membership.objects.live().filter(pk=helen.pk).count() == 0
    with acting(world.people.users["grace"]) as by:
        assert visible(by, Notice).filter(kind="members.office_left").count() == 1


def test_a_later_day_is_the_end_of_that_day(world):
    day = timezone.localdate() + 7 * DAY
    end(world, "paul", "dan", on=day)
    membership = Membership.objects.get(pk=world.people.memberships["dan"].pk)
    assert timezone.localtime(membership.ends_at).replace(tzinfo=None).isoformat() == f"{day + DAY}T00:00:00"
    assert sees(world, "dan", "listed")


def test_what_is_assigned_ends_with_the_membership_even_if_she_comes_back(world):
    lead = colleague(world, "ida", "safe-harbour", Role.GOVERNANCE_LEAD)
    assert sees(world, "amira", "listed")
    end(world, "ida", "amira")
    assert lead.agency_id == world.agency("safe-harbour").pk
    with acting(world.people.users["grace"]) as by, arranging(by):
        back = Membership(user=world.people.users["amira"], agency=world.agency("safe-harbour"), role=Role.IDVA)
        back.save()
        MembershipPanel(membership=back, panel=world.panel("harbourne-marac")).save()
    assert not sees(world, "amira", "listed")


def test_a_colleague_takes_over_what_was_assigned(world, events):
    colleague(world, "ida", "safe-harbour", Role.GOVERNANCE_LEAD)
    colleague(world, "bea", "safe-harbour", Role.IDVA, "harbourne-marac")
    assert not sees(world, "bea", "listed")
    end(world, "ida", "amira", taker="bea")
    assert events[-1].details == {"taken_over": 1}
    assert sees(world, "bea", "listed")
    with acting(world.people.users["grace"]) as by:
        old, new = visible(by, CaseUserGrant).filter(content_object=world.cases["listed"]).order_by("pk")
    assert (new.user, new.decision_id, new.granted_by) == (world.people.users["bea"], old.decision_id, world.people.users["ida"])  # fmt: skip
    assert new.expires_at > timezone.now() + 300 * DAY


def test_a_conflict_of_interest_keeps_a_case_from_who_takes_over(world):
    colleague(world, "ida", "safe-harbour", Role.GOVERNANCE_LEAD)
    bea = colleague(world, "bea", "safe-harbour", Role.IDVA, "harbourne-marac")
    with acting(world.people.users["grace"]) as by, arranging(by):
        declare_conflict(by=by, user=bea.user, panel_id=world.cases["listed"].panel_id, case=world.cases["listed"], reason="her sister")  # fmt: skip
    end(world, "ida", "amira", taker="bea")
    assert CaseUserGrant.objects.filter(user=bea.user).count() == 0
    assert not sees(world, "bea", "listed")


def test_only_a_colleague_on_the_panel_takes_over(world):
    colleague(world, "ida", "safe-harbour", Role.GOVERNANCE_LEAD)
    colleague(world, "bea", "safe-harbour", Role.IDVA, "harbourne-asb")
    with pytest.raises(ValidationError, match="same agency"):
        end(world, "ida", "amira", taker="lena")
    end(world, "ida", "amira", taker="bea")
    assert not sees(world, "bea", "listed")


def test_nobody_takes_over_by_asking_the_database(world):
    colleague(world, "bea", "safe-harbour", Role.IDVA, "harbourne-marac")
    keys = [world.people.memberships["amira"].pk, world.people.memberships["bea"].pk]
    for username in ("grace", "amira", "bea", "ines", "nell"):
        with acting(world.people.users[username]) as by, arranging(by), connection.cursor() as cursor:
            cursor.execute("SELECT rt_take_over(%s, %s)", keys)
            assert (username, cursor.fetchone()[0]) == (username, 0)
    assert not sees(world, "bea", "listed")


@pytest.mark.parametrize("username", ["dan", "ines", "grace", "viktor", "nell"])
def test_others_change_nobodys_membership(world, username):
    helen = world.people.memberships["helen"]
    with pytest.raises(Refused):
        end(world, username, "helen")
    with acting(world.people.users[username]) as by:
        for change in (members.renew_membership, members.reopen_account):
            with pytest.raises(Refused):
                change(by=by, membership=helen)


def test_nobody_ends_herself_and_nobody_ends_yesterday(world):
    with pytest.raises(ValidationError, match="your own"):
        end(world, "paul", "paul")
    with pytest.raises(ValidationError, match="today or a later"):
        end(world, "paul", "dan", on=timezone.localdate() - DAY)
    end(world, "paul", "dan")
    with pytest.raises(NotNow):
        end(world, "paul", "dan")


def test_renewing_goes_on_for_a_year_and_notices_who_was_quicker(world):
    dan = world.people.memberships["dan"]
    with acting(world.people.users["paul"]) as by, arranging(by):
        dan.ends_at = timezone.now() + 3 * DAY
        dan.save()
        version = dan.version
        renewed = members.renew_membership(by=by, membership=dan, version=version)
        assert 364 * DAY < renewed.ends_at - timezone.now() < 366 * DAY
        with pytest.raises(Stale):
            members.renew_membership(by=by, membership=dan, version=version)


def test_who_answers_is_told_of_memberships_that_run_out(world):
    dan, helen = world.people.memberships["dan"], world.people.memberships["helen"]
    with acting(world.people.users["grace"]) as by, arranging(by):
        dan.ends_at = timezone.now() + 29 * DAY
        dan.save()
    end(world, "paul", "helen", on=timezone.localdate() + 9 * DAY)  # who leaves by hand needs no renewal
    with acting(world.people.users["paul"]) as by:
        (task,) = memberships_that_end(by)
        assert (task.text, task.due_on) == ("Renew a membership that runs out", timezone.localdate(dan.ends_at))
        assert helen.agency_id == by.agency_id
    for nobody in ("ines", "lena", "grace"):
        with acting(world.people.users[nobody]) as by:
            assert (nobody, memberships_that_end(by)) == (nobody, [])


def silent(username: str) -> None:
    long_ago = timezone.now() - 50 * DAY
    User.objects.filter(username=username).update(last_login=long_ago, woken_at=long_ago)


def test_a_silent_account_is_told_so_and_is_not_signed_in(world, client):
    silent("dan")
    before = User.objects.get(username="dan").last_login
    answer = client.post(reverse("account_login"), {"login": "dan", "password": "roundtable-demo"})
    assert answer.status_code == 403
    assert "more than 45 days" in answer.content.decode()
    assert User.objects.get(username="dan").last_login == before
    assert "_auth_user_id" not in client.session
    wrong = client.post(reverse("account_login"), {"login": "dan", "password": "something else"})
    assert "45 days" not in wrong.content.decode()


def test_the_refusal_is_recorded_for_each_partnership(world, client, events):
    silent("dan")
    client.post(reverse("account_login"), {"login": "dan", "password": "roundtable-demo"})
    (event,) = [e for e in events if e.event == "account.silent"]
    assert (event.by.asked_by_id, event.by.partnership_id) == (
        world.people.users["dan"].pk,
        world.people.partnerships["harbourne"].pk,
    )
    assert AuditEvent.Outcome.REFUSED == "refused"


def test_an_account_that_was_used_lately_signs_in(world, client):
    User.objects.filter(username="dan").update(woken_at=timezone.now() - 50 * DAY, last_login=timezone.now() - 44 * DAY)
    answer = client.post(reverse("account_login"), {"login": "dan", "password": "roundtable-demo"})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_who_answers_for_the_agency_opens_it_again(world, client, events):
    silent("dan")
    with acting(world.people.users["paul"]) as by:
        assert [m.name for m in members_of(by) if m.silent] == ["Dan Whitlock"]
        members.reopen_account(by=by, membership=world.people.memberships["dan"])
    assert events[-1].event == "account.reopened"
    assert client.post(reverse("account_login"), {"login": "dan", "password": "roundtable-demo"}).status_code == 302


def test_the_pages(world):
    colleague(world, "ida", "safe-harbour", Role.GOVERNANCE_LEAD)
    colleague(world, "bea", "safe-harbour", Role.IDVA, "harbourne-marac")
    silent("amira")
    client = sign_in(world, "ida")
    with acting(world.people.users["ida"]) as by:
        codes = {member.membership.user.username: member for member in members_of(by)}
        assert [one.name for one in takers(by, codes["amira"])] == ["Bea"]
    shown = client.get(reverse("people")).content.decode()
    assert "Amira Haddad" in shown
    assert "Silent" in shown
    reopen = reverse("member_reopen", args=[codes["amira"].code])
    assert client.get(reopen).status_code == 200
    assert client.post(reopen, {}).status_code == 302
    assert client.get(reopen).status_code == 404
    renew = reverse("member_renew", args=[codes["bea"].code])
    assert client.post(renew, {"_version": 1}).status_code == 302
    leaves = reverse("member_end", args=[codes["amira"].code])
    assert "checked" not in client.get(leaves).content.decode()
    assert client.post(leaves, {"when": "today"}).status_code == 422
    assert client.post(leaves, {"when": "today", "taker": codes["bea"].code}).status_code == 302
    assert sees(world, "bea", "listed")
    assert "Amira" not in client.get(reverse("people")).content.decode()
    assert client.get(leaves).status_code == 404
    for address in (reverse("people"), leaves, renew):
        assert sign_in(world, "grace").get(address).status_code == 403
        assert sign_in(world, "paul").get(address).status_code == (200 if address == reverse("people") else 404)
