"""The demo is a partnership one can believe: what each persona is told to try is there to be tried."""

from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import resolve

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.demo.people import DEMO
from casework.models import (
    Action,
    Case,
    ConflictOfInterest,
    EmergencyAccess,
    Hearing,
    Intervention,
    MatchProposal,
    Meeting,
    Partnership,
    Referral,
    Report,
    ResearchReturn,
    User,
)
from casework.queries.home import tasks_for

TODAY = date(2026, 11, 23)


def sees(username: str, model, **of) -> int:
    with acting(User.objects.get(username=username)) as by:
        return visible(by, model).filter(**of).count()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, databases=["default", "system", "backup", "owner"])
def test_a_year_that_ends_today(capsys):
    resolve("/")  # the pages register what stands on a home
    call_command("load_demo", today=TODAY.isoformat(), seed=1)
    assert sees("grace", Referral, status="submitted") == 2
    assert sees("grace", Meeting, status="concluded") == 11
    assert sees("grace", Meeting, status="circulated") == 1
    assert sees("grace", MatchProposal, decision="accepted", kind="repeat") >= 1
    assert sees("grace", Hearing, listing_reason="repeat") >= 1
    assert sees("sam", Case, panel__kind="marac") == sees("dan", Case, panel__kind="marac") - 1
    assert sees("grace", ConflictOfInterest, origin="found", state="suspected") == 1
    assert sees("helen", Case, panel__kind="marac") == sees("grace", Case, panel__kind="marac") + 1
    assert sees("ines", EmergencyAccess, case__isnull=False, finding="") == 1
    assert sees("dan", ResearchReturn, status="requested") > 0
    assert sees("dan", Action, status="open", due_on__lt=TODAY) > 0
    assert sees("lena", Report, status="received") == 2
    assert sees("omar", Intervention, status="in_force") > 0
    for nobody in ("una", "ines", "paul", "viktor", "wendy", "nell"):
        assert [sees(nobody, model) for model in (Case, Referral, Action, Report, Meeting)] == [0, 0, 0, 0, 0]
    for persona in ("amira", "grace", "helen", "dan", "omar"):
        with acting(User.objects.get(username=persona)) as by:
            assert tasks_for(by)
    with pytest.raises(CommandError, match="already"):
        call_command("load_demo")
    call_command("verify_history")


def test_a_database_with_somebody_s_partnership_is_refused(db):
    with recording(by=DEMO, event="demo.loaded"):
        Partnership(name="A real one", slug="real").save()
    with pytest.raises(CommandError, match="did not make"):
        call_command("load_demo")
    assert Partnership.objects.count() == 1
