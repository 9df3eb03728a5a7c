"""What each role carries, as data. A role at an agency is not an office on a panel."""

from dataclasses import dataclass

from casework.models import Role


@dataclass(frozen=True)
class Carries:
    """What a membership of this role brings.

    `grants`: the agency's grants, on the panels that the membership carries. `assigned`: only cases assigned to her or to a
    colleague she covers. `speaks`: she writes and reads as the agency (referrals, returns, items, packs).
    `answers`: she reads and closes what the agency owes, also when its window on the case is over.
    `emergency`: she may open a case in an emergency, read-only, and is asked about it afterwards.
    """

    grants: bool = False
    assigned: bool = False
    speaks: bool = False
    answers: bool = False
    refers: bool = False
    emergency: bool = False
    audits: bool = False
    administers: bool = False


ROLES: dict[str, Carries] = {
    Role.REPRESENTATIVE: Carries(grants=True, speaks=True, answers=True, refers=True, emergency=True),
    Role.REFERRER: Carries(speaks=True, refers=True),
    Role.IDVA: Carries(assigned=True, speaks=True, refers=True, emergency=True),
    Role.ASB_OFFICER: Carries(assigned=True, speaks=True, refers=True, emergency=True),
    Role.PANEL_STAFF: Carries(),
    Role.AUDITOR: Carries(audits=True),
    Role.GOVERNANCE_LEAD: Carries(),
    Role.ADMINISTRATOR: Carries(administers=True),
}
