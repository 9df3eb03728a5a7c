from datetime import date

import pytest
from django.db import connection

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.cases import open_case
from casework.commands.parties import PartyDetails, add_party
from casework.models import Case, Party


def test_open_case(people):
    with acting(people.users["helen"]) as by, recording(by=by, event="case.opened"):
        case = open_case(by=by, panel=people.panels["harbourne-marac"], status="open")
        add_party(PartyDetails(role="victim", family_name="Canary", given_names="Zoë"), case=case)
        assert [c.pk for c in visible(by, Case)] == [case.pk]
    for name in ("grace", "helen", "dan", "wendy", "una", "viktor", "amira"):
        with acting(people.users[name]) as by:
            expected = [case.pk] if name in ("grace", "helen") else []
            assert [c.pk for c in visible(by, Case)] == expected
            assert len(visible(by, Party)) == len(expected)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM casework_party")
                assert cursor.fetchone()[0] == len(expected)
                cursor.execute("SELECT count(*) FROM casework_historicalparty")
                assert cursor.fetchone()[0] == len(expected)
