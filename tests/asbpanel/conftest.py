"""The ASB side's people at work."""

import pytest

from asbpanel.commands import AsbDetails, ReportDetails, open_case_from_reports, take_report
from casework.access.viewer import acting
from casework.commands.parties import PartyDetails
from tests.asbpanel.made import SUMMARY
from tests.sharing import answers


@pytest.fixture
def taken(people):
    """`taken("lena", place="…")` takes a report as somebody and hands it back."""

    def take(name, **said):
        details = {
            "channel": "phone",
            "category": "noise",
            "narrative": "Loud music until three.",
            "place": "Quay Street flats",
            "postcode": "HB1 2AB",
        }
        with acting(people.users[name]) as by:
            return take_report(
                by=by,
                panel=people.panels[said.pop("panel", "harbourne-asb")],
                details=ReportDetails(**(details | said)),
            )

    return take


@pytest.fixture
def sharing(people):
    return answers("The landlord must act.", "She wants it to stop.", purpose="asb_manage")


@pytest.fixture
def opened(people, sharing):
    """`opened("omar", report, …)` opens a case from reports."""

    def open_it(name, *reports, **said):
        details = AsbDetails(
            **(
                {
                    "category": "noise",
                    "victim_risk": "high",
                    "summary": SUMMARY,
                    "place": "Quay Street flats",
                    "postcode": "HB1 2AB",
                    "parties": [
                        PartyDetails("complainant", given_names="Complainant", family_name="A"),
                        PartyDetails("alleged_perpetrator", given_names="Vince", family_name="Norcott"),
                    ],
                }
                | said
            )
        )
        with acting(people.users[name]) as by:
            return open_case_from_reports(by=by, reports=reports, details=details, sharing=sharing)

    return open_it
