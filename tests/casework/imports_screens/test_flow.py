import csv
from io import StringIO

import pytest
from django.db import transaction
from django.urls import reverse

from audit.actors import SystemActor
from audit.models import AuditEvent
from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting, tell
from casework.commands import imports
from casework.commands.matching import check_referral
from casework.jobs.imports import finish
from casework.models import (
    CaseGrant,
    ImportFile,
    ImportRow,
    MatchProposal,
    Notice,
    Party,
    Referral,
)
from tests.casework.imports_screens.conftest import bytes_of, sheet_of
from tests.marac.referring import refer

PAIR = (
    ["Received", "Victim", "Vic DOB", "Perpetrator"],
    ["01/03/2026", "Zoë Canarywood", "03/04/1990", "Karl Brackenfoot"],
)


@pytest.mark.parametrize("layout", ["register", "log", "tracker"])
def test_from_upload_to_undo(desk, layout):
    data, truth = bytes_of(layout=layout)
    reference = desk.uploaded(data)
    assert desk.batch(reference).status == "uploaded"
    desk.send("import_mapping", reference)
    assert (desk.batch(reference).status, desk.rows(Referral)) == ("checked", [])
    shown = desk.get("import_report", reference).content.decode()
    assert "nothing has been imported yet" in shown
    repeats = {row.sheet_row for row in desk.rows(ImportRow) if row.repeat}
    assert repeats == {row.sheet_row for row in truth if row.repeat}
    desk.send("import_commit", reference)
    batch = desk.batch(reference)
    assert (batch.status, batch.done_rows) == ("committed", batch.total_rows)
    referrals = desk.rows(Referral)
    assert {one.status for one in referrals} == {"imported"}
    assert len(referrals) == len(truth)
    desk.send("import_undo", reference, reason="The wrong year")
    assert desk.batch(reference).status == "undone"
    assert {one.status for one in desk.rows(Referral)} == {"import_ended"}
    assert {one.person_id for one in desk.rows(Party)} == {None}


def test_the_file_is_kept_encrypted_until_it_is_imported(desk):
    data = sheet_of(*PAIR)
    reference = desk.uploaded(data)
    with acting(desk.people.users["grace"]):
        kept = ImportFile.objects.get()
        assert kept.reveal() == data
        assert data[:40] not in bytes(kept.secret)
    with acting(desk.people.users["dan"]):
        assert list(ImportFile.objects.all()) == []
    desk.send("import_mapping", reference)
    desk.send("import_commit", reference)
    with acting(desk.people.users["grace"]):
        assert list(ImportFile.objects.all()) == []


def test_a_form_sent_twice_counts_once(desk):
    reference = desk.uploaded(sheet_of(*PAIR))
    desk.send("import_mapping", reference)
    address = reverse("import_commit", args=[reference])
    opened = desk.client.get(address)
    sent = {"_key": str(opened.context["form_key"]), "_version": str(opened.context["form_version"])}
    assert [desk.client.post(address, sent).status_code for _ in range(2)] == [302, 409]
    assert len(desk.rows(Referral)) == 1


def test_an_imported_referral_is_history(desk):
    desk.imported(sheet_of(*PAIR))
    referral = desk.rows(Referral)[0]
    assert (referral.agency_id, referral.idva_service_id, referral.case_id) == (None, None, None)
    assert (referral.referred_on.isoformat(), referral.submitted_at.date()) == ("2026-03-01", referral.referred_on)
    assert desk.rows(CaseGrant) == []
    assert [one for name in ("grace", "helen", "dan", "amira") for one in desk.rows(Notice, name)] == []
    page = desk.get("referral", referral.reference).content.decode()
    assert "Imported from a workbook" in page
    assert "Not recorded: consent, whether the victim is aware, safe contact" in page
    for step in ("Accept", "Ask for more information", "Check now"):
        assert f">{step}<" not in page
    assert f"Screen referral {referral.reference}" not in desk.get("home").content.decode()
    assert referral.reference in desk.get("referrals", expect=200).content.decode()
    assert desk.client.get(reverse("referrals"), {"status": "imported"}).context["rows"][0] == referral
    assert desk.client.get(reverse("referral_accept", args=[referral.reference])).context["ready"] is True
    accepted = desk.client.post(reverse("referral_accept", args=[referral.reference]), {"_key": ""})
    assert accepted.status_code == 409
    for name in ("dan", "amira", "wendy", "viktor", "nell"):
        desk.sign_in(name)
        assert desk.client.get(reverse("referral", args=[referral.reference])).status_code in (403, 404)


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_later_referral_of_the_same_pair_is_proposed_as_a_repeat(desk, client, people):

    desk.imported(sheet_of(*PAIR))
    imported = desk.rows(Referral)[0]
    reference = refer(client, people)
    later = next(one for one in desk.rows(Referral) if one.reference == reference)
    assert check_referral(referral_id=later.pk, asked_by_id=None) == 1
    found = [(one.kind, one.earlier_referral_id) for one in desk.rows(MatchProposal) if one.referral_id == later.pk]
    assert found == [("repeat", imported.pk)]


def test_undo_refuses_what_somebody_has_worked_on_and_names_it(desk):
    reference = desk.imported(sheet_of(*PAIR, ["02/03/2026", "Other Person", "", "Somebody Else"]))
    with acting(desk.people.users["grace"]) as by:
        touched = visible(by, Referral).get(import_row__sheet_row=3)
        with recording(by=by, event="referral.answered"):
            touched.reason = "Looked at by the office."
            touched.save()
    confirm = desk.get("import_undo", reference).content.decode()
    assert touched.reference in confirm
    assert "row 3" in confirm
    desk.send("import_undo", reference, reason="Twice")
    assert [row.pk for row in desk.get("referrals").context["rows"]] == [touched.pk]
    assert {one.status for one in desk.rows(Referral) if one.pk != touched.pk} == {"import_ended"}
    assert touched.reference in desk.get("import_report", reference).content.decode()


def test_undo_needs_a_reason_and_happens_once(desk):
    reference = desk.imported(sheet_of(*PAIR))
    answer = desk.send("import_undo", reference, expect=422, reason=" ")
    assert "Answer the question: Why is the import undone?" in answer.content.decode()
    desk.send("import_undo", reference, reason="Twice")
    desk.get("import_undo", reference, expect=409)


@pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
def test_the_report_as_a_file_is_recorded_and_holds_no_formula(desk):
    reference = desk.uploaded(sheet_of(*PAIR))
    desk.send("import_mapping", reference)
    answer = desk.get("import_csv", reference)
    lines = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(line["sheet_row"], line["status"], line["repeat"]) for line in lines] == [("2", "ok", "0")]
    with acting(desk.people.users["una"]) as by, transaction.atomic(using="auditor"):
        tell(by, using="auditor")
        events = AuditEvent.objects.using("auditor").filter(name="import.exported")
        assert [event.subject for event in events] == [f"import {reference}"]


def test_many_rows_are_done_by_the_job_or_now(desk, monkeypatch):

    monkeypatch.setattr(imports, "AT_ONCE", 5)
    data, truth = bytes_of(rows=20)
    reference = desk.uploaded(data)
    desk.send("import_mapping", reference)
    page = desk.get("import_report", reference).content.decode()
    assert "0 of" in page
    assert reverse("import_finish", args=[reference]) in page
    desk.send("import_finish", reference)
    assert desk.batch(reference).status == "checked"
    desk.send("import_commit", reference)
    assert desk.batch(reference).status == "running"
    batch = desk.batch(reference)
    with acting(desk.people.users["grace"]) as by:
        imports.go_on(by=by, batch=batch, checked=imports.read(by, batch), most=8)
    assert desk.batch(reference).done_rows == 8
    desk.send("import_finish", reference)
    assert (desk.batch(reference).status, len(desk.rows(Referral))) == ("committed", len(truth))


@pytest.mark.django_db(transaction=True)
def test_the_job_goes_on_as_the_person_who_asked(desk, monkeypatch):

    monkeypatch.setattr(imports, "AT_ONCE", 1)
    reference = desk.uploaded(bytes_of(rows=60)[0])
    desk.send("import_mapping", reference)
    grace = desk.people.users["grace"]
    by = SystemActor("imports.go_on", asked_by_id=grace.pk)
    membership = desk.people.memberships["grace"].pk
    finish(by=by, reference=reference, membership_id=membership)
    assert desk.batch(reference).status == "checked"
    desk.send("import_commit", reference)
    finish(by=by, reference=reference, membership_id=membership)
    assert desk.batch(reference).status == "committed"
    assert len(desk.rows(Referral)) == 60
