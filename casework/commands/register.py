"""Correcting a decision by a new one: the old one stays as it was (domain: information sharing 3.1, DSC-01)."""

from dataclasses import replace

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_correct_decision
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.decisions import Answers, decide
from casework.commands.locking import claim
from casework.models import Case, DecisionCase, DecisionItem, DisclosureDecision, InformationItem

event_types.register(decision_corrected="corrected a decision by a new one")


def correct(*, by: Viewer, decision: DisclosureDecision, answers: Answers) -> DisclosureDecision:
    """A new decision about the same statements, cases and recipients that supersedes this one, which stays as it was.

    The outcome stays: what was refused is shared by a decision of its own, and what was shared is taken back by ending access or
    withdrawing a statement. Raises `Refused`, `NotNow` for one that is superseded, waits, or whose case is closed to her.
    """
    check_can_correct_decision(by, decision)
    decision = claim(by, decision)  # two who correct the same decision wait for each other
    if visible(by, DisclosureDecision).filter(supersedes=decision).exists():
        raise NotNow("This decision has been corrected already. Correct the one that superseded it.")
    if decision.state != DisclosureDecision.State.FINAL:
        raise NotNow("Only a final decision is corrected.")
    named = list(visible(by, DecisionItem).filter(decision=decision).select_related("case", "agency").order_by("pk"))
    covered = list(visible(by, DecisionCase).filter(decision=decision).select_related("case").order_by("pk"))
    wanted = {row.case_id for row in (*named, *covered)} | {decision.case_id} - {None}
    cases = list(visible(by, Case).filter(pk__in=wanted))
    if len(cases) != len(wanted):
        raise NotNow("You can no longer read every case of this decision, so you cannot correct it.")
    references = sorted(case.reference for case in cases)
    with recording(
        by=by, event="decision.corrected", cases=references, subject=f"decision {decision.reference}"
    ) as record:
        made = decide(
            by=by, kind=decision.kind, panel=decision.panel, case=decision.case, meeting=decision.meeting, agency=decision.agency,
            answers=replace(answers, outcome=decision.outcome), supersedes=decision,
            items=[_as_it_was(row) for row in named if row.shared], held_back=[_as_it_was(row) for row in named if not row.shared],
            recipients=[row.agency for row in decision.recipients.select_related("agency__acts_on_behalf_of").order_by("pk")],
            cases=[(row.case, row.reason) for row in covered],
        )  # fmt: skip
        record.details["decision"] = made.reference
    return made


def _as_it_was(row: DecisionItem) -> InformationItem:
    """The statement in the version that the decision named."""
    return InformationItem(
        pk=row.item_id, case=row.case, agency=row.agency, version=row.item_version, data_classes=row.data_classes,
        audience=row.audience,
    )  # fmt: skip
