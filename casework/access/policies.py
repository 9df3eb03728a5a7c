"""Can this happen now? Status tables in plain Python; each status has its owner. Whoever asks is asked about in guards."""

from casework.models import Action, Case, Hearing, Intervention, Meeting, Referral, Report


class NotNow(Exception):
    """The thing is not in a state for this. The text is for a person to read."""


REFERRAL_MOVES: dict[str, tuple[str, ...]] = {
    Referral.Status.SUBMITTED: (
        Referral.Status.RETURNED, Referral.Status.ACCEPTED, Referral.Status.NOT_ACCEPTED, Referral.Status.DUPLICATE,
        Referral.Status.WITHDRAWN,
    ),
    Referral.Status.RETURNED: (Referral.Status.SUBMITTED, Referral.Status.WITHDRAWN, Referral.Status.NOT_ACCEPTED),
    Referral.Status.ACCEPTED: (),
    Referral.Status.NOT_ACCEPTED: (),
    Referral.Status.DUPLICATE: (),
    Referral.Status.WITHDRAWN: (),
    Referral.Status.IMPORTED: (Referral.Status.IMPORT_ENDED,),
    Referral.Status.IMPORT_ENDED: (),
}  # fmt: skip
REFERRAL_OWNER: dict[str, str] = {
    Referral.Status.SUBMITTED: "the panel's office",
    Referral.Status.RETURNED: "the referring agency",
    Referral.Status.ACCEPTED: "the panel's office",
    Referral.Status.NOT_ACCEPTED: "the chair",
    Referral.Status.DUPLICATE: "the panel's office",
    Referral.Status.WITHDRAWN: "the referring agency",
    Referral.Status.IMPORTED: "the panel's office",
    Referral.Status.IMPORT_ENDED: "the panel's office",
}

MEETING_MOVES: dict[str, tuple[str, ...]] = {
    Meeting.Status.PLANNED: (Meeting.Status.CIRCULATED, Meeting.Status.CANCELLED),
    Meeting.Status.CIRCULATED: (Meeting.Status.IN_SESSION, Meeting.Status.CANCELLED),
    Meeting.Status.IN_SESSION: (Meeting.Status.CONCLUDED,),
    Meeting.Status.CONCLUDED: (),
    Meeting.Status.CANCELLED: (),
}
MEETING_OWNER: dict[str, str] = dict.fromkeys(MEETING_MOVES, "the panel's office")

ACTION_MOVES: dict[str, tuple[str, ...]] = {
    Action.Status.OPEN: (
        Action.Status.IN_PROGRESS, Action.Status.DONE, Action.Status.NOT_POSSIBLE, Action.Status.NOT_DONE, Action.Status.SUPERSEDED,
    ),
    Action.Status.IN_PROGRESS: (Action.Status.DONE, Action.Status.NOT_POSSIBLE, Action.Status.NOT_DONE, Action.Status.SUPERSEDED),
    Action.Status.DONE: (),
    Action.Status.NOT_POSSIBLE: (),
    Action.Status.NOT_DONE: (),
    Action.Status.SUPERSEDED: (),
}  # fmt: skip
ACTION_OWNER: dict[str, str] = dict.fromkeys(ACTION_MOVES, "the agency that owes it") | {
    Action.Status.SUPERSEDED: "the panel's office"
}

REPORT_MOVES: dict[str, tuple[str, ...]] = {
    Report.Status.RECEIVED: (
        Report.Status.LINKED,
        Report.Status.SIGNPOSTED,
        Report.Status.NOT_ASB,
        Report.Status.DUPLICATE,
    ),
    Report.Status.LINKED: (Report.Status.RECEIVED,),
    Report.Status.SIGNPOSTED: (Report.Status.RECEIVED,),
    Report.Status.NOT_ASB: (Report.Status.RECEIVED,),
    Report.Status.DUPLICATE: (Report.Status.RECEIVED,),
}
REPORT_OWNER: dict[str, str] = dict.fromkeys(REPORT_MOVES, "an officer or the panel's office")

INTERVENTION_MOVES: dict[str, tuple[str, ...]] = {
    Intervention.Status.PROPOSED: (
        Intervention.Status.AGREED,
        Intervention.Status.IN_FORCE,
        Intervention.Status.REFUSED,
    ),
    Intervention.Status.AGREED: (Intervention.Status.IN_FORCE, Intervention.Status.REFUSED, Intervention.Status.ENDED),
    Intervention.Status.IN_FORCE: (
        Intervention.Status.BREACHED,
        Intervention.Status.EXPIRED,
        Intervention.Status.ENDED,
    ),
    Intervention.Status.BREACHED: (
        Intervention.Status.IN_FORCE,
        Intervention.Status.EXPIRED,
        Intervention.Status.ENDED,
    ),
    Intervention.Status.EXPIRED: (),
    Intervention.Status.ENDED: (),
    Intervention.Status.REFUSED: (),
}
INTERVENTION_OWNER: dict[str, str] = dict.fromkeys(
    INTERVENTION_MOVES, "the agency that leads it, or the panel's office"
)


def check_move(moves: dict[str, tuple[str, ...]], now: str, to: str) -> None:
    """Raise `NotNow` unless the table allows the move."""
    if to not in moves[now]:
        raise NotNow(f"This is already “{now.replace('_', ' ')}” and cannot become “{to.replace('_', ' ')}”.")


def check_case_move(case: Case, to: str) -> None:
    """As `check_move`, by the status table of the case's kind of panel."""
    check_move({k: tuple(v) for k, v in case.panel.plugin.case_statuses.items()}, case.status, to)


def check_on_an_open_agenda(hearing: Hearing) -> None:
    if hearing.meeting.status in (Meeting.Status.CONCLUDED, Meeting.Status.CANCELLED):
        raise NotNow("The meeting is over.")
