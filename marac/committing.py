"""Committing a checked import: referrals of the past, owned by the panel's office, and one queue of proposed matches.

An import is history. It opens no window, tells nobody, and gives no agency anything.
"""

import json
import math
from collections import Counter

from django.db.models import Q
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.guards import check_can_run_office
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.commands.parties import PartyDetails, add_party
from casework.matching.persons import DAY
from casework.matching.relations import CROSSED_ROLES, Relation, relations
from casework.matching.repeats import FIRST
from casework.models import (
    ImportBatch,
    ImportRow,
    MatchProposal,
    Panel,
    PartyRole,
    Referral,
    SafeContact,
    new_reference,
)
from marac.importing import CheckedImport
from marac.imports import ParsedRow, Party
from marac.models import MaracReferral
from marac.report import evidence

event_types.register(
    import_committed="imported a workbook of past referrals",
    import_undone="took back an import",
)
KIND = "marac_workbook"
REASON = "Imported from the coordinator's workbook."


def commit_import(
    *, by: Viewer, panel: Panel, checked: CheckedImport, accept_above: float | None = None
) -> tuple[ImportBatch, dict[int, str]]:
    """Write the import in one recording; hands back the batch and the reference of each row's referral.

    Matches with a score of `accept_above` or more are accepted, as this user's decision. Raises `Refused`.
    """
    check_can_run_office(by, panel.pk)
    with recording(by=by, event="import.committed") as record:
        batch = _batch(by, panel, checked, accept_above)
        referrals = {row.sheet_row: _write_row(batch, panel, row, checked) for row in checked.rows}
        made = {number: referral for number, referral in referrals.items() if referral}
        _write_matches(by, panel, checked, made, accept_above)
        record.subject = f"import {batch.reference}"
        record.details = {"referrals": len(made), "rows": len(referrals)}
    return batch, {number: referral.reference for number, referral in made.items()}


def _batch(by: Viewer, panel: Panel, checked: CheckedImport, accept_above: float | None) -> ImportBatch:
    counts = Counter(row.status for row in checked.rows)
    batch = ImportBatch(
        reference=new_reference(), panel=panel, kind=KIND, by_id=by.user_id, status=ImportBatch.Status.COMMITTED,
        mapping=json.loads(checked.mapping.to_json()),
        counts=dict(counts), done_rows=len(checked.rows), total_rows=len(checked.rows), accept_above=accept_above,
    )  # fmt: skip
    batch.save()
    return batch


def _write_row(batch: ImportBatch, panel: Panel, row: ParsedRow, checked: CheckedImport) -> Referral | None:
    proposal = checked.proposals.by_key.get(row.sheet_row)
    previous = proposal.previous if proposal and proposal.repeat and isinstance(proposal.previous, int) else None
    kept = ImportRow(
        batch=batch, panel=panel, sheet_row=row.sheet_row, status=row.status, message=row.message,
        repeat=bool(proposal and proposal.repeat), repeats_sheet_row=previous, match_score=proposal.score if proposal else None,
    )  # fmt: skip
    kept.save()
    return _write_referral(panel, kept, row) if row.usable else None


def _write_referral(panel: Panel, kept: ImportRow, row: ParsedRow) -> Referral:
    who = ", ".join(text for text in (row.texts.get("agency", ""), row.texts.get("referrer", "")) if text)
    referral = Referral(
        reference=new_reference(), panel=panel, referrer_text=who[:200], referred_on=row.referral_date,
        reason=row.texts.get("criteria", "")[:4000] or REASON, import_row=kept,
    )  # fmt: skip
    referral.save()
    for details in _people(row):
        add_party(details, referral=referral)
    MaracReferral(
        referral=referral, criteria=list(row.criteria), consent=row.consent, awareness=row.aware,
        lgbt=row.texts.get("lgbt", "")[:20], disability=row.texts.get("disability", "")[:80], imported_texts=row.texts,
    ).save()  # fmt: skip
    return referral


def _people(row: ParsedRow):
    victim = _details(row.victim, PartyRole.VICTIM, row.texts.get("victim_dob", ""))
    victim.ethnicity = row.texts.get("ethnicity", "")[:80]
    contact = row.texts.get("safe_contact", "")
    if contact:
        victim.safe_contacts = [(SafeContact.Channel.OTHER, contact, SafeContact.Safe.NOT_RECORDED, "")]
    yield victim
    for party in row.perpetrators:
        details = _details(
            party,
            PartyRole.ALLEGED_PERPETRATOR,
            row.texts.get("perpetrator_dob", "") if len(row.perpetrators) == 1 else "",
        )
        details.relationship = row.texts.get("relationship", "")[:80]
        yield details
    for child in row.children.named:
        given, _, family = child.name.rpartition(" ")
        yield PartyDetails(
            role=PartyRole.CHILD,
            given_names=(given or family)[:120],
            family_name=family[:120] if given else "",
            born_on=child.birth,
        )


def _details(party: Party, role: str, born_text: str) -> PartyDetails:
    exact = party.birth.date if party.birth.precision == DAY else None
    details = PartyDetails(
        role=role, family_name=party.name.surname[:120], given_names=party.name.forenames[:120], born_on=exact,
        born_text="" if exact else born_text[:60], gender=party.gender[:30],
    )  # fmt: skip
    if party.place.address or party.place.postcode:
        details.addresses = [("home", party.place.address[:300], party.place.postcode)]
    return details


def _write_matches(
    by: Viewer, panel: Panel, checked: CheckedImport, made: dict[int, Referral], accept_above: float | None
) -> None:
    existing = {one.reference: one for one in visible(by, Referral).filter(panel=panel, reference__in=checked.shown)}
    known = {**existing, **made}
    others = relations(checked.records, checked.proposals.linking)
    for number, referral in made.items():
        proposal = checked.proposals.by_key.get(number)
        if proposal and proposal.kind != FIRST and proposal.previous in known:
            lines = evidence(proposal.evidence) if proposal.evidence else []
            _save_match(
                by, referral, known[proposal.previous], proposal.kind, proposal.score or 0.0, lines, accept_above
            )
        for relation in others.get(number, ()):
            if relation.kind != CROSSED_ROLES and relation.earlier in known:
                _save_match(
                    by, referral, known[relation.earlier], relation.kind, relation.score, _lines(relation), accept_above
                )


def _lines(relation: Relation) -> list[dict[str, object]]:
    who = "victim" if relation.kind == "new_perpetrator" else "perpetrator"
    return [
        {"who": who, "feature": one.feature, "level": one.level, "weight": round(one.weight, 2)}
        for one in relation.features
    ]


def _save_match(
    by: Viewer, referral: Referral, earlier: Referral, kind: str, score: float, lines: list, accept_above: float | None
) -> None:
    accepted = accept_above is not None and not math.isnan(accept_above) and score >= accept_above
    MatchProposal(
        referral=referral, earlier_referral=earlier, earlier_case_id=earlier.case_id, kind=kind, score=score, evidence=lines,
        decision=MatchProposal.Decision.ACCEPTED if accepted else MatchProposal.Decision.OPEN,
        decided_by_id=by.user_id if accepted else None, decided_at=timezone.now() if accepted else None,
    ).save()  # fmt: skip


def undo_import(*, by: Viewer, batch: ImportBatch, reason: str) -> list[str]:
    """End all referrals of an import that nobody has worked on since; hands back the references of those that stay.

    Nothing is deleted: the referrals are ended and count no more. Raises `Refused`.
    """
    batch = claim(by, batch)
    check_can_run_office(by, batch.panel_id)
    ours = visible(by, Referral).filter(import_row__batch=batch)
    worked_on = Q(version__gt=1) | Q(case__isnull=False) | Q(screeningdecision_set__isnull=False)
    kept = sorted(
        set(ours.filter(worked_on).exclude(status=Referral.Status.IMPORT_ENDED).values_list("reference", flat=True))
    )
    with recording(
        by=by, event="import.undone", subject=f"import {batch.reference}", reason=reason, details={"kept": kept}
    ):
        for referral in ours.exclude(reference__in=kept).exclude(status=Referral.Status.IMPORT_ENDED):
            referral.status = Referral.Status.IMPORT_ENDED
            referral.save()
        batch.status = ImportBatch.Status.UNDONE
        batch.save()
    return kept
