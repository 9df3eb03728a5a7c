"""Access that runs out: who is asked, how use is counted, and what each answer does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands import renewals
from casework.commands.access import grant_to_agency
from casework.commands.locking import Stale
from casework.models import AccessReview, Basis, Case, CaseGrant, CaseUserGrant
from casework.queries.grants import access_that_runs_out, renewal_by_code
from casework.queries.grants import renewals as lines_of
from tests.sharing import decided
from tests.world import World, arranging

DAY = timedelta(days=1)


def stand(world: World, slug: str, ends: timedelta, name: str = "listed") -> CaseGrant:
    """A standing grant of an agency on a MARAC case that ends so long from now."""
    with acting(world.people.users["grace"]) as by, arranging(by):
        case = world.cases[name]
        decision = decided(by=by, panel=case.panel, case=case)
        return grant_to_agency(
            by=by, case=case, group_id=world.agency(slug).group_id, basis=Basis.STANDING, decision=decision,
            expires_at=timezone.now() + ends,
        )  # fmt: skip


def decide(world: World, how, grant, username: str = "grace", **given):
    with acting(world.people.users[username]) as by:
        return how(by=by, grant=grant, **given)


def sign_in(world: World, username: str) -> Client:
    client = Client()
    client.force_login(world.people.users[username])
    return client


@pytest.fixture
def world(full_world) -> World:
    return full_world


def held(world: World, username: str = "grace") -> list[tuple[str, str]]:
    with acting(world.people.users[username]) as by:
        return [(line.reference, line.holder) for line in lines_of(by)]


def test_the_office_is_asked_about_what_runs_out_soon_or_ran_out_lately(world):
    reference = world.cases["listed"].reference
    stand(world, "harbourne-homes", 12 * DAY)
    stand(world, "harbourne-csc", 29 * DAY)
    stand(world, "quay-street", 31 * DAY)
    stand(world, "harbourne-police", -13 * DAY)
    stand(world, "harbourne-probation", -15 * DAY)
    expected = [(reference, "Harbourne Police"), (reference, "Harbourne Homes"), (reference, "Harbourne Children's Social Care")]  # fmt: skip
    assert held(world) == expected
    assert held(world, "helen") == expected
    for nobody in ("dan", "lena", "omar", "una", "ines", "nell"):
        assert (nobody, held(world, nobody)) == (nobody, [])
    with acting(world.people.users["grace"]) as by:
        (task,) = access_that_runs_out(by)
        assert task.text == "Renew or end 3 grants of access that run out"
        assert task.due_on == timezone.localdate() - 13 * DAY


def test_windows_and_the_offices_own_grant_are_not_renewed(world):
    assert held(world) == []  # the windows end within 16 days


def test_an_assignment_is_asked_about_by_name(world):
    with acting(world.people.users["grace"]) as by, arranging(by):
        grant = visible(by, CaseUserGrant).get(user=world.people.users["amira"])
        fresh = CaseUserGrant(
            user=grant.user, agency=grant.agency, content_object=world.cases["past"], permission_id=by.view_id,
            panel_id=grant.panel_id, basis=Basis.ASSIGNMENT, granted_by_id=by.user_id, expires_at=timezone.now() + 5 * DAY,
        )  # fmt: skip
        fresh.save()
    assert held(world) == [(world.cases["past"].reference, "Amira Haddad, Safe Harbour IDVA Service")]


def test_use_is_counted_in_days_and_without_the_office(world):
    grant = stand(world, "harbourne-csc", 9 * DAY)
    page = reverse("case", args=[world.cases["listed"].reference])
    for username in ("tess", "tess", "grace", "dan"):
        assert sign_in(world, username).get(page).status_code == 200
    assert sign_in(world, "tess").get(reverse("cases")).status_code == 200  # a list is not a use
    assert sign_in(world, "dan").get(reverse("case", args=[world.cases["conflicted"].reference])).status_code == 200
    with acting(world.people.users["grace"]) as by:
        (line,) = lines_of(by)
        assert (line.grant.pk, line.days, line.last_used_on) == (grant.pk, 1, timezone.localdate())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT agency_id, user_id, days FROM rt_case_uses(%s, now() - interval '90 days')", [[grant.case_id]]
            )
            found = {(agency, user): days for agency, user, days in cursor.fetchall()}
    csc, police = world.agency("harbourne-csc").pk, world.agency("harbourne-police").pk
    tess, dan = world.people.users["tess"].pk, world.people.users["dan"].pk
    assert found == {(csc, None): 1, (csc, tess): 1, (police, None): 1, (police, dan): 1}


def test_nobody_counts_the_uses_of_another_offices_case(world):
    page = reverse("case", args=[world.cases["listed"].reference])
    assert sign_in(world, "tess").get(page).status_code == 200
    for username, number in (("grace", 2), ("tess", 0), ("omar", 0), ("nell", 0), ("ines", 0)):
        with acting(world.people.users[username]), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM rt_case_uses(%s, now() - interval '1 year')", [[world.cases["listed"].pk]])
            assert (username, len(cursor.fetchall())) == (username, number)


def test_what_was_read_long_ago_does_not_count(world):
    stand(world, "harbourne-csc", 9 * DAY)
    page = reverse("case", args=[world.cases["listed"].reference])
    assert sign_in(world, "tess").get(page).status_code == 200
    with acting(world.people.users["grace"]), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM rt_case_uses(%s, now() + interval '1 minute')", [[world.cases["listed"].pk]])
        assert cursor.fetchall() == []


def test_renewing_writes_a_new_grant_and_ends_the_old_one(world, events):
    grant = stand(world, "harbourne-homes", 12 * DAY, "past")
    decide(world, renewals.renew, grant, months=6, why="The children are still at risk.", version=1)
    assert [(e.event, e.reason, e.cases) for e in events if e.event == "access.renewed"] == [
        ("access.renewed", "The children are still at risk.", [world.cases["past"].reference])
    ]
    with acting(world.people.users["grace"]) as by:
        rows = visible(by, CaseGrant).filter(content_object=world.cases["past"], basis=Basis.STANDING).order_by("pk")
        old, new = rows
        assert old.expires_at <= timezone.now()
        assert (new.group_id, new.reach, new.decision_id) == (old.group_id, old.reach, old.decision_id)
        assert 181 * DAY < new.expires_at - new.starts_at < 184 * DAY
        assert new.granted_by_id == by.user_id
    assert held(world) == []
    with acting(world.people.users["lena"]) as by:
        assert visible(by, Case).filter(pk=world.cases["past"].pk).exists()


def test_what_ran_out_can_be_renewed(world):
    grant = stand(world, "harbourne-homes", -2 * DAY, "past")
    with acting(world.people.users["lena"]) as by:
        assert not visible(by, Case).filter(pk=world.cases["past"].pk).exists()
    decide(world, renewals.renew, grant, months=3, why="Still needed.")
    with acting(world.people.users["lena"]) as by:
        assert visible(by, Case).filter(pk=world.cases["past"].pk).exists()
    assert held(world) == []


def test_a_renewal_lasts_a_year_at_most(world):
    grant = stand(world, "harbourne-homes", 2 * DAY)
    fresh = decide(world, renewals.renew, grant, months=40, why="Still needed.")
    assert fresh.expires_at - fresh.starts_at == timedelta(days=365)


def test_letting_it_run_out_keeps_its_day_and_asks_nobody_again(world, events):
    grant = stand(world, "harbourne-homes", 12 * DAY)
    decide(world, renewals.let_run_out, grant)
    with acting(world.people.users["grace"]) as by:
        assert visible(by, CaseGrant).get(pk=grant.pk).expires_at == grant.expires_at
    assert held(world) == []
    assert events[-1].event == "access.left"


def test_ending_it_takes_effect_on_the_next_request(world):
    grant = stand(world, "harbourne-homes", 12 * DAY, "past")
    client, page = sign_in(world, "lena"), reverse("case", args=[world.cases["past"].reference])
    assert client.get(page).status_code == 200
    decide(world, renewals.end_now, grant, why="The family moved away.")
    assert client.get(page).status_code == 404
    assert held(world) == []


@pytest.mark.parametrize("username", ["dan", "omar", "lena", "paul"])
def test_others_do_not_decide(world, username):
    grant = stand(world, "harbourne-police", 12 * DAY)
    with pytest.raises(Refused):
        decide(world, renewals.renew, grant, username, months=3, why="I want to.")


def test_two_people_decide_once(world):
    grant = stand(world, "harbourne-homes", 12 * DAY)
    decide(world, renewals.let_run_out, grant, version=1)
    with pytest.raises(Stale):
        decide(world, renewals.renew, grant, "helen", months=3, why="Needed.", version=1)
    with pytest.raises(NotNow):
        decide(world, renewals.renew, grant, "helen", months=3, why="Needed.")


def test_an_agency_that_is_late_with_its_review_is_not_renewed(world):
    grant = stand(world, "harbourne-homes", 12 * DAY)
    today = timezone.localdate()
    with acting(world.people.users["grace"]) as by, arranging(by):
        AccessReview(agency=world.agency("harbourne-homes"), opened_on=today - 61 * DAY, due_on=today - 31 * DAY).save()
    with pytest.raises(NotNow, match="Harbourne Homes has not finished its review"):
        decide(world, renewals.renew, grant, months=3, why="Needed.")


def test_the_pages(world):
    grant = stand(world, "harbourne-homes", 12 * DAY)
    client = sign_in(world, "grace")
    shown = client.get(reverse("renewals")).content.decode()
    assert "Harbourne Homes" in shown
    assert "Not used" in shown
    assert "Renew or end 1 grant of access that runs out" in client.get("/").content.decode()
    with acting(world.people.users["grace"]) as by:
        (line,) = lines_of(by)
        assert renewal_by_code(by, "nothing") is None
    page = reverse("renewal", args=[line.code])
    form = client.get(page).content.decode()
    assert "checked" not in form
    assert client.post(page, {"decision": "renew", "_version": 1}).status_code == 422
    answer = client.post(page, {"decision": "renew", "months": "3", "why": "Still at risk.", "_version": 1})
    assert (answer.status_code, answer["Location"]) == (302, reverse("renewals"))
    assert client.get(page).status_code == 404
    assert "Harbourne Homes" not in client.get(reverse("renewals")).content.decode()
    with acting(world.people.users["grace"]) as by:
        assert visible(by, CaseGrant).filter(content_object_id=grant.case_id, basis=Basis.STANDING).count() == 2
    assert sign_in(world, "dan").get(reverse("renewals")).status_code == 403
