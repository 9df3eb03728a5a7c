"""How the demo's people decide to share: on what the product offers them, the most usual power first."""

from collections.abc import Iterable

from casework.access.viewer import Viewer
from casework.commands.decisions import Answers
from casework.models import Agency, Consent, Meeting, Panel
from casework.queries.circulation import sets_of_agencies
from casework.queries.decisions import PowerFor, choices_here

SAID = "As the referral of each case says."


def answers_for(by: Viewer, panel: Panel, recipients: Iterable[Agency], necessity: str, victim_views: str) -> Answers:
    """The first power and basis that are offered towards these agencies, with the reasons."""
    offered = choices_here(by, panel, recipients)
    return _answers(offered.powers[0], offered.bases, necessity=necessity, victim_views=victim_views)


def shares_for(by: Viewer, meeting: Meeting) -> list[tuple[Answers, list[Agency]]]:
    """What circulates: for each set of agencies the first power that is offered, on the reasons given at referral."""
    found = sets_of_agencies(by, meeting)
    said = {"necessity": SAID, "victim_views": SAID, "consent": Consent.AS_REFERRED}
    return [(_answers(each.gateways[0], found.bases, **said), each.recipients) for each in found.sets]


def _answers(power: PowerFor, bases: list, **words) -> Answers:
    """Safeguarding is the basis that all these agencies know."""
    basis = next((row for row in bases if row.code == "TASK_SAFEGUARD"), bases[0])
    return Answers(gateway=power.gateway, condition=basis, purpose=power.purpose, **words)
