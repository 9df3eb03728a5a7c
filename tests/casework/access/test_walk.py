"""The list of cases is read off what each reader holds: the same cases, in the same order, as the scope gives."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import acting, tell
from casework.access.walk import MOST, NewestCases
from casework.models import Case
from tests.world import arranging

pytestmark = pytest.mark.django_db


def both(by, narrow=lambda rows: rows) -> tuple[list[int], list[int]]:
    walked = NewestCases(by, "panel", narrow=narrow)
    scoped = narrow(visible(by, Case)).order_by("-opened_at", "-pk").values_list("pk", flat=True)
    assert walked.count() == len(scoped)
    return [case.pk for case in walked[0:25]], list(scoped[:25])


def test_everybody_is_listed_what_the_scope_gives(full_world):
    listed = 0
    for user in full_world.people.users.values():
        if len(user.memberships.live()) == 1:
            with acting(user) as by:
                walked, scoped = both(by)
            assert walked == scoped
            listed += len(walked)
    assert listed > 20


def test_a_filter_and_a_page_narrow_it(full_world):
    status = full_world.cases["listed"].status
    with acting(full_world.people.users["grace"]) as by:
        walked, scoped = both(by, lambda rows: rows.filter(status=status))
        assert walked == scoped != []
        assert both(by, lambda rows: rows.filter(status="no such"))[0] == []
        every = [case.pk for case in NewestCases(by)[0:25]]
        assert [case.pk for case in NewestCases(by)[1:3]] == every[1:3]


def test_the_count_stops(full_world, monkeypatch):
    assert MOST == 500
    monkeypatch.setattr("casework.access.walk.MOST", 1)
    with acting(full_world.people.users["grace"]) as by:
        assert len(visible(by, Case)) > 2
        assert NewestCases(by).count() == 2


def test_what_changes_shows_at_once(full_world):
    grace = full_world.people.users["grace"]
    case = full_world.cases["listed"]
    with acting(grace) as by:
        assert case.pk in both(by)[0]
        case = visible(by, Case).get(pk=case.pk)
        with arranging(by):
            case.status, case.opened_at = "closed", timezone.now() + timedelta(minutes=5)
            case.save()
        walked, scoped = both(by, lambda rows: rows.filter(status="closed"))
        assert walked == scoped
        assert walked[0] == case.pk


def test_nobody_else_reads_the_index(full_world):
    with acting(full_world.people.users["grace"]) as by, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_heldcase")
        assert cursor.fetchone()[0] > 0
        tell(None)
        cursor.execute("SELECT count(*) FROM casework_heldcase")
        assert cursor.fetchone()[0] == 0
        tell(by)
        cursor.execute("SELECT has_table_privilege('casework_heldcase', 'INSERT, UPDATE, DELETE')")
        assert cursor.fetchone()[0] is False


def test_each_grant_whose_case_is_there_is_held(full_world, rls_off):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_casegrant")
        grants = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM casework_heldcase WHERE grant_id IS NOT NULL")
        assert cursor.fetchone()[0] == grants > 0
