"""Which rows may she see? The only way to a queryset of case data, and the only reader of grants.

The rules repeat what the policies in the database say (casework/models/walls.py, migration 0002): two walls, each
tested with the other switched off. Sentences are the source of docs/permissions.md.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404

from casework.access.probes import conflicted, granted, granted_personally, reads_sealed
from casework.access.viewer import Viewer
from casework.models import (
    CLOSED_IN_EMERGENCY,
    RELEASED_CLASSES,
    AccessReviewLine,
    Action,
    Assessment,
    AssessmentAnswer,
    Attendance,
    Audience,
    Breach,
    Case,
    CaseGrant,
    CaseUserGrant,
    Condition,
    ConflictOfInterest,
    Connection,
    ConnectionToken,
    DecisionCase,
    DecisionItem,
    DecisionRecipient,
    Declaration,
    DisclosureDecision,
    EmergencyAccess,
    Hearing,
    HearingRisk,
    HeldCase,
    ImportBatch,
    ImportRow,
    InformationItem,
    Intervention,
    ItemAudience,
    ItemRelease,
    ItemSource,
    KnownElsewhere,
    MatchProposal,
    Meeting,
    Notice,
    OnwardRequest,
    OutwardContact,
    Pack,
    PackDocument,
    Party,
    PartyAddress,
    PartyPair,
    PartyToken,
    PartyWord,
    Referral,
    Report,
    ReportSource,
    ResearchReturn,
    SafeAddress,
    SafeContact,
    ScreeningDecision,
    Seal,
    Search,
)

Rule = Callable[[Viewer], Q]
_rules: dict[type[Model], tuple[Rule, str]] = {}


def register(model: type[Model], rule: Rule, sentence: str) -> None:
    """Give a case-bound model its rule: a function from a viewer to a condition, and the sentence for the documentation."""
    if model in _rules:
        raise ValueError(f"{model._meta.label} has two rules.")
    _rules[model] = (rule, sentence)


def rules() -> dict[type[Model], str]:
    """Every model that has a rule, with its sentence."""
    return {model: sentence for model, (_, sentence) in _rules.items()}


def visible(viewer: Viewer, model: type[Model]) -> QuerySet:
    """The rows of `model` that the viewer may read; the queryset is marked so that it runs. Raises `LookupError` without a rule."""
    rule, _ = _rules[model]
    rows = model._default_manager.all()
    rows = rows.scoped() if hasattr(rows, "scoped") else rows
    return rows.filter(rule(viewer))


def visible_in_cases(viewer: Viewer, model: Any, cases: Iterable[Model]) -> QuerySet:
    """The rows of `model` in these cases that the viewer may read, for a model whose rule is a grant of its depth."""
    return model._default_manager.all().scoped().filter(live(viewer, "case_id", model.depth), case__in=cases)


def visible_parts(viewer: Viewer, model: Any, **where) -> list[QuerySet]:
    """What `visible` gives of a model of cases and referrals, in parts: in cases; in referrals, where the database shows any.

    To plan a referral's rule takes longer than all else that a search does, and few searches meet one.
    """
    rows = model._default_manager.all().scoped().filter(**where)
    parts = [rows.filter(live(viewer, "case_id", model.depth), case_id__isnull=False)]
    if rows.filter(referral_id__isnull=False).exists():
        parts.append(visible(viewer, model).filter(referral_id__isnull=False, **where))
    return parts


def one_or_404(rows: QuerySet, **lookup) -> Model:
    """The one row, or the same 404 for 'not yours' and 'does not exist'."""
    try:
        return rows.get(**lookup)
    except (rows.model.DoesNotExist, ValueError, ValidationError) as error:
        raise Http404 from error


def _in_force(ends: str = "expires_at") -> Q:
    return Q(starts_at__lte=Now()) & (Q(**{ends: None}) | Q(**{f"{ends}__gt": Now()}))


def no_conflict(viewer: Viewer, column: str, of: str = "case_id") -> Q:
    """No declared conflict of interest of the viewer."""
    return ~Q(conflicted(viewer, column, of))


def live(viewer: Viewer, column: str, reach: int) -> Q:
    """A live grant that counts for the viewer, and no conflict. A sealed case has no grants but its named readers'."""
    return (
        Q(granted(viewer, column, reach, viewer.groups)) | Q(granted_personally(viewer, column, reach))
    ) & no_conflict(viewer, column)


def lasting(viewer: Viewer, column: str, reach: int) -> Q:
    """As `live`, without emergency access: what that never opens, and everything that is written."""
    held = Q(granted(viewer, column, reach, viewer.groups)) | Q(
        granted_personally(viewer, column, reach, emergency=False)
    )
    return held & no_conflict(viewer, column)


def held_by_office(viewer: Viewer, column: str) -> Q:
    """The viewer holds an office on the panel that owns the case; of a sealed one, she is a named reader with an office there."""
    held = Q(granted(viewer, column, 1, viewer.office_groups)) | Q(reads_sealed(viewer, column, viewer.office_panels))
    return held & no_conflict(viewer, column)


def chaired(viewer: Viewer, column: str) -> Q:
    """As `held_by_office`, the chair or deputy."""
    held = Q(granted(viewer, column, 1, viewer.chair_groups)) | Q(reads_sealed(viewer, column, viewer.chair_panels))
    return held & no_conflict(viewer, column)


def not_kept_out(viewer: Viewer, column: str) -> Q:
    """No conflict, and not sealed against her: for what is read on another reason than a grant on the case."""
    sealed = Exists(Seal.objects.filter(_in_force("ends_at"), case_id=OuterRef(column)))
    return no_conflict(viewer, column) & (~Q(sealed) | live(viewer, column, 1))


def _office(viewer: Viewer, column: str = "panel_id") -> Q:
    return Q(**{f"{column}__in": viewer.office_panels})


def _mine(viewer: Viewer, column: str = "agency_id") -> Q:
    return Q(**{column: viewer.speaks_for}) if viewer.speaks_for else Q(pk__in=[])


def _referral(viewer: Viewer) -> Q:
    carried = Q(panel_id__in=viewer.panels) & (_mine(viewer) | _mine(viewer, "idva_service_id"))
    return (
        (_office(viewer) | carried)
        & no_conflict(viewer, "pk", "referral_id")
        & (Q(case_id=None) | not_kept_out(viewer, "case_id"))
    )


def _of_referral(viewer: Viewer) -> Q:
    return Q(Exists(visible(viewer, Referral).filter(pk=OuterRef("referral_id"))))


def in_case_or_referral(reach: int) -> Rule:
    """The rule of a record that belongs to exactly one case or one referral."""
    return lambda viewer: (
        (Q(case_id__isnull=False) & live(viewer, "case_id", reach))
        | (Q(referral_id__isnull=False) & _of_referral(viewer))
    )


def in_case(reach: int) -> Rule:
    """The rule of a record that belongs to a case."""
    return lambda viewer: live(viewer, "case_id", reach)


def of_referral() -> Rule:
    """The rule of a record that belongs to a referral."""
    return _of_referral


def own_agency_in_case_or_referral(reach: int) -> Rule:
    """Only the agency that wrote it, while it may see the case or referral."""
    inner = in_case_or_referral(reach)
    return lambda viewer: _mine(viewer) & inner(viewer)


def _item(viewer: Viewer) -> Q:
    waits = Q(data_classes__overlap=list(RELEASED_CLASSES))
    released = Exists(ItemRelease.objects.all().scoped().filter(item_id=OuterRef("pk")))
    closed = Q(data_classes__overlap=list(CLOSED_IN_EMERGENCY))
    given = _in_audience(viewer) & (~waits | Q(released) | held_by_office(viewer, "case_id"))
    return live(viewer, "case_id", 3) & (_mine(viewer) | given) & (~closed | lasting(viewer, "case_id", 3))


def _in_audience(viewer: Viewer) -> Q:
    named = ItemAudience.objects.all().scoped().filter(item_id=OuterRef("pk"), agency_id=viewer.speaks_for)
    return (
        Q(audience__in=[Audience.ALL_PRESENT, Audience.ALL_SIGNATORIES, Audience.VERBAL_ONLY])
        | (Q(audience=Audience.CHAIR_ONLY) & chaired(viewer, "case_id"))
        | (Q(audience=Audience.NAMED_AGENCIES) & Q(Exists(named)))
    )


def _action(viewer: Viewer) -> Q:
    owed = (
        Q(agency_id=viewer.answers_for, panel_id__in=viewer.panels) & not_kept_out(viewer, "case_id")
        if viewer.answers_for
        else Q(pk__in=[])
    )
    return live(viewer, "case_id", 3) | owed


def _report(viewer: Viewer) -> Q:
    taken = Q(panel_id__in=viewer.panels) & _mine(viewer)
    return (_office(viewer) | taken | (Q(case_id__isnull=False) & live(viewer, "case_id", 3))) & (
        Q(case_id=None) | not_kept_out(viewer, "case_id")
    )


def _source(viewer: Viewer) -> Q:
    return (_office(viewer) | _mine(viewer)) & Q(Exists(visible(viewer, Report).filter(pk=OuterRef("report_id"))))


def _pack(viewer: Viewer) -> Q:
    own = Q(office_copy=False) & _mine(viewer) & Q(meeting__panel_id__in=viewer.panels)
    return _office(viewer, "meeting__panel_id") | own


def _pack_document(viewer: Viewer) -> Q:
    office = Q(pack__office_copy=True) & _office(viewer, "pack__meeting__panel_id")
    own = Q(pack__office_copy=False) & _mine(viewer, "pack__agency_id") & Q(pack__meeting__panel_id__in=viewer.panels)
    return office | own


# Their reasons may say what only some readers of the case may know
OF_AN_AGENCY = (DisclosureDecision.Kind.OWN, DisclosureDecision.Kind.AD_HOC)


def _decision(viewer: Viewer) -> Q:
    received = Exists(DecisionRecipient.objects.filter(decision_id=OuterRef("pk"), agency_id=viewer.speaks_for or 0))
    in_case = Q(case_id__isnull=False) & live(viewer, "case_id", 3) & (~Q(kind__in=OF_AN_AGENCY) | Q(received))
    return (_office(viewer) | Q(decided_by_id=viewer.user_id) | _mine(viewer) | in_case) & (
        Q(case_id=None) | not_kept_out(viewer, "case_id")
    )


def _decided_case(viewer: Viewer) -> Q:
    behind = Exists(visible(viewer, DisclosureDecision).filter(pk=OuterRef("decision_id")))
    return (live(viewer, "case_id", 3) | Q(behind)) & not_kept_out(viewer, "case_id")


def _own_or_office(viewer: Viewer, reach: int) -> Q:
    return live(viewer, "case_id", reach) & (_mine(viewer) | held_by_office(viewer, "case_id"))


def _governed(viewer: Viewer, **own) -> Q:
    return Q(**own) if viewer.governs_agency else Q(pk__in=[])


def _emergency(viewer: Viewer) -> Q:
    looks_after = Q(partnership_id=viewer.governs) if viewer.governs else Q(pk__in=[])
    open_to_her = Q(case_id=None) | no_conflict(viewer, "case_id")
    of_her_panel = _office(viewer) & not_kept_out(viewer, "case_id")  # a try names a panel where it opened a case there
    return Q(user_id=viewer.user_id) | (looks_after & open_to_her) | of_her_panel


IN_CASE = "Who has a live grant on the case that reaches this far, and no conflict of interest."
IN_EITHER = "Who may read the referral or, with a grant that reaches this far, the case that it belongs to."

register(
    Case,
    lambda v: live(v, "pk", 1),
    "Who has a live grant on the case, herself or by her acting agency or office, and no conflict of interest.",
)
register(
    Referral,
    _referral,
    "The referring agency, the IDVA service that is told, and the panel's office; never somebody with a conflict.",
)
for _model, _reach in (
    (Party, 1),
    (PartyAddress, 1),
    (PartyWord, 1),
    (PartyPair, 1),
    (SafeAddress, 3),
    (SafeContact, 3),
    (Assessment, 3),
    (AssessmentAnswer, 3),
):
    register(_model, in_case_or_referral(_reach), IN_EITHER)
register(
    MatchProposal,
    lambda v: Q(Exists(visible(v, Referral).filter(_office(v), pk=OuterRef("referral_id")))),
    "The panel's office alone.",
)
register(ScreeningDecision, of_referral(), "Who may read the referral.")
register(
    DisclosureDecision,
    _decision,
    "The panel's office, who decided, and who reads the whole case; an agency's own decision by that agency, its recipients "
    "and the office.",
)
register(DecisionCase, _decided_case, "Who may see the decision, or reads the whole case.")
register(
    DecisionItem,
    lambda v: _own_or_office(v, 3),
    "The agency whose statement it is, and the panel's office.",
)
register(
    CaseGrant,
    lambda v: live(v, "content_object_id", 3) | _governed(v, group_id=v.agency_group),
    "Who reads the whole case; and who answers for the agency that holds it, without the case.",
)
register(
    CaseUserGrant,
    lambda v: live(v, "content_object_id", 3) | _governed(v, agency_id=v.agency_id),
    "Who reads the whole case; and who answers for the agency that holds it, without the case.",
)
register(
    ConflictOfInterest,
    lambda v: (
        _office(v)
        & ~Q(user_id=v.user_id)
        & (Q(case_id=None) | held_by_office(v, "case_id"))
        & (Q(referral_id=None) | no_conflict(v, "referral_id", "referral_id"))
    ),
    "The panel's office, never the person whom it is about, nor somebody who is kept out of the same case.",
)
register(Seal, in_case(3), "Who reads the whole case.")
register(KnownElsewhere, lambda v: held_by_office(v, "case_id"), "The panel's office.")
register(PartyToken, in_case_or_referral(1), IN_EITHER)
register(ConnectionToken, lambda v: Q(user_id=v.user_id), "The person who declared.")
register(Declaration, lambda v: Q(user_id=v.user_id), "The person who declared.")
register(Connection, lambda v: Q(user_id=v.user_id), "The person who declared.")
register(
    EmergencyAccess,
    _emergency,
    "The person who asked, the governance leads of the partnership, and the office of the panel that it opened.",
)
register(
    AccessReviewLine,
    lambda v: Q(review__agency_id=v.governs_agency) if v.governs_agency else Q(pk__in=[]),
    "Who answers for the agency's members.",
)
register(HeldCase, in_case(1), IN_CASE)
register(Hearing, in_case(2), IN_CASE)
for _record in (HearingRisk, Intervention, Condition, Breach):
    register(_record, in_case(3), IN_CASE)
register(
    ResearchReturn,
    lambda v: _own_or_office(v, 2),
    "The agency that was asked, while its window is open, and the panel's office.",
)
register(
    InformationItem,
    _item,
    "Whoever reads the whole case and belongs to the item's audience; its own agency always. What waits for a second "
    "person is read by its agency and the panel's office alone; emergency access opens no counselling and no source.",
)
register(ItemRelease, in_case(3), IN_CASE)
register(
    ItemSource, lambda v: lasting(v, "case_id", 3) & _mine(v), "The item's own agency; masked until a recorded click."
)
register(
    OnwardRequest,
    lambda v: live(v, "case_id", 3) & (_mine(v) | _mine(v, "owner_id")),
    "The agency that asks, and the one whose statement it is.",
)
register(OutwardContact, in_case(3), IN_CASE)
register(
    ItemAudience,
    lambda v: live(v, "case_id", 3) & (_mine(v) | _mine(v, "owner_id")),
    "The item's own agency, and each agency that is named.",
)
register(Action, _action, "Whoever reads the whole case, and the agency that owes the action.")
register(
    Report,
    _report,
    "The agency that took the report, the panel's office, and whoever reads the whole case that it belongs to.",
)
register(
    ReportSource, _source, "The agency that took the report and the panel's office; masked until a recorded click."
)
register(Meeting, lambda v: Q(panel_id__in=v.panels), "Members whose role carries the panel, and its office.")
register(Attendance, lambda v: Q(meeting__panel_id__in=v.panels), "Who may see the meeting.")
register(Pack, _pack, "The recipient's members; the panel's office sees that it was issued and what it lists.")
register(PackDocument, _pack_document, "The recipient's members alone; the office's own copy by the office.")
register(ImportBatch, _office, "The panel's office.")
register(ImportRow, _office, "The panel's office.")
register(Notice, lambda v: Q(user_id=v.user_id), "The person it is for.")
register(Search, lambda v: Q(user_id=v.user_id), "The person who searched.")
