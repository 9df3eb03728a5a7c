"""A case with an adult, a young person and one of unknown age, and ways to put interventions into its register."""

from datetime import date

import pytest

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.access import let_agency_read
from casework.commands.cases import open_case
from casework.commands.interventions import InterventionDetails, record_intervention
from casework.commands.parties import PartyDetails, add_party
from casework.models import InterventionType, Party
from tests.sharing import decided

CONDITIONS = [("Not to play music after ten", False), ("To meet the officer each month", True)]
PEOPLE = (("Adult", date(1990, 3, 2)), ("Young", date(date.today().year - 16, 1, 1)), ("Ageless", None))  # noqa: DTZ011


@pytest.fixture
def case(people):
    """An ASB case of omar's panel that lena's agency reads, and dan's does not."""
    panel = people.panels["harbourne-asb"]
    with acting(people.users["omar"]) as by, recording(by=by, event="case.opened"):
        made = open_case(by=by, panel=panel)
        decision = decided(
            by=by,
            panel=panel,
            case=made,
            necessity="n",
            victim_views="v",
        )
        let_agency_read(by=by, case=made, agency=people.agencies["harbourne-homes"], decision=decision)
        for name, born in PEOPLE:
            add_party(
                PartyDetails("alleged_perpetrator", given_names=name, family_name="Norcott", born_on=born), case=made
            )
    return made


@pytest.fixture
def record(people, case):
    """`record("omar", type="abc", subject="Adult", …)` records an intervention."""

    def recording_it(name="omar", *, type="abc", subject="Adult", agency="harbourne-council", **said):
        with acting(people.users[name]) as by:
            details = {"status": "agreed", "reason": "warnings did not help", "conditions": CONDITIONS} | said
            return record_intervention(
                by=by, case=case,
                details=InterventionDetails(
                    type=InterventionType.objects.get(code=type), subject=visible(by, Party).get(case=case, given_names=subject),
                    agency=people.agencies[agency], **details,
                ),
            )  # fmt: skip

    return recording_it
