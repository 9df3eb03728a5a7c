"""A case with a trail, for the tests of the auditor's pages."""

from dataclasses import dataclass

from audit.recorder import record_event, recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.cases import open_case
from casework.commands.parties import PartyDetails, add_party
from casework.models import Case, Party

DATABASES = ["default", "auditor", "owner"]
CANARY, NEW_NAME, SECRET_PLACE = "Zzcanaryname", "Zznewname", "Zzsecretplace"


@dataclass
class Trailed:
    case: Case
    reference: str


def make_case(people, panel="harbourne-marac", user="helen", name=CANARY) -> Trailed:
    """A case whose victim's name was changed once, and whose page grace read."""
    with acting(people.users[user]) as by:
        with recording(by=by, event="case.opened", reason="Because Zzreasontext") as record:
            case = open_case(by=by, panel=people.panels[panel])
            record.cases.append(case.reference)
            add_party(
                PartyDetails(role="victim", family_name=name, safe_addresses=[("refuge", SECRET_PLACE)]), case=case
            )
        with recording(by=by, event="case.status_changed", cases=[case.reference]):
            party = visible(by, Party).get(case=case)
            party.family_name = NEW_NAME
            party.save()
    return Trailed(case, case.reference)


def read_page(people, user: str, reference: str) -> None:
    with acting(people.users[user]) as by:
        record_event(by=by, event="page.read", cases=[reference], details={"page": "audit", "kinds": ["case", "party"]})
