"""Packs: each recipient's holds what that recipient may see and nothing else, in every form that it takes."""

import hashlib
import io
from uuid import uuid4

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse
from pypdf import PdfReader

from audit import recorder
from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands import packs
from casework.commands.access import declare_conflict
from casework.commands.research import Statement, return_research
from casework.models import DataClass, Pack, PackDocument, ResearchReturn
from tests.casework.meetings import story
from tests.casework.research.answering import answers

OWN, NAMED, CHAIR, OPEN = "Canaryowneronly", "Canarynamedpolice", "Canarychaironly", "Canaryeverybody"


@pytest.fixture
def meeting(people):
    """A circulated meeting with two cases, on the first of which children's social care has said four things."""
    meeting = story.circulated(people, 2)
    police = people.agencies["harbourne-police"].pk
    with acting(people.users["tess"]) as by:
        asked = visible(by, ResearchReturn).select_related("hearing__meeting", "case").order_by("hearing__number")[0]
        classes = [DataClass.PERSONAL]
        said = [
            Statement("fact", "owner_only", OWN, classes),
            Statement("opinion", "named_agencies", NAMED, classes, named=[police]),
            Statement("allegation", "chair_only", CHAIR, classes),
            Statement("reported", "all_present", OPEN, classes),
        ]
        return_research(by=by, asked=asked, statements=said, answers=answers("tess", refusal_reason="Not needed."))
    return meeting


@pytest.fixture
def told(monkeypatch):
    """Every event written from here on. The app's role may write events and not read them."""
    found, write = [], recorder.write_event
    monkeypatch.setattr(recorder, "write_event", lambda record, *rest: (found.append(record), write(record, *rest)))
    return found


def issue(people, meeting, name="grace"):
    with acting(people.users[name]) as by:
        issued = packs.issue_packs(by=by, meeting=meeting, recipients=packs.recipients_of(meeting))
    return {("office" if pack.office_copy else pack.agency.slug): pack for pack in issued}


def opened(people, name, pack) -> tuple[str, bytes]:
    with acting(people.users[name]) as by:
        document = visible(by, PackDocument).get(pack=pack)
        return document.reveal_content().decode(), document.reveal_pdf()


def words(pdf: bytes) -> str:
    """Everything that can be got out of a PDF: the text of its pages, its metadata and its outline."""
    reader = PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages) + str(reader.metadata) + str(reader.outline)


@pytest.mark.parametrize(
    ("slug", "persona", "seen"),
    [
        ("harbourne-csc", "tess", {OWN, NAMED, CHAIR, OPEN}),
        ("harbourne-police", "dan", {NAMED, OPEN}),
        ("harbourne-probation", "sam", {OPEN}),
        ("office", "grace", {OPEN}),
    ],
)
@pytest.mark.parametrize("issuer", ["grace", "helen"])
def test_a_restricted_statement_stands_in_its_audience_s_packs_alone(people, meeting, slug, persona, seen, issuer):
    issued = issue(people, meeting, issuer)
    content, pdf = opened(people, persona, issued[slug])
    text = words(pdf)
    assert {canary for canary in (OWN, NAMED, CHAIR, OPEN) if canary in content} == seen
    assert {canary for canary in (OWN, NAMED, CHAIR, OPEN) if canary in text} == seen


def test_a_pack_says_whose_copy_it_is_and_its_digest_is_the_file_s(people, meeting):
    issued = issue(people, meeting)
    _, pdf = opened(people, "tess", issued["harbourne-csc"])
    assert issued["harbourne-csc"].digest == hashlib.sha256(pdf).hexdigest()
    text = words(pdf)
    for said in (
        "OFFICIAL-SENSITIVE",
        "Harbourne Children's Social Care",
        "Perpetrator (alleged)",
        "Vera Ashdown",
        "Notes",
    ):
        assert said in text
    assert f"Copy {issued['harbourne-csc'].copy_number}" in text
    assert sorted(pack.copy_number for pack in issued.values()) == list(range(1, 9))
    again = issue(people, meeting)
    assert sorted(pack.copy_number for pack in again.values()) == list(range(9, 17))


def test_the_stored_document_is_ciphertext(people, meeting):
    issue(people, meeting)
    with acting(people.users["tess"]), connection.cursor() as cursor:
        cursor.execute("SELECT content, pdf FROM casework_packdocument")
        ((content, pdf),) = cursor.fetchall()
    assert b"Ashdown" not in bytes(content)
    assert not bytes(pdf).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "status"),
    [("dan", 404), ("wendy", 404), ("nell", 404), ("omar", 404), ("una", 403), ("viktor", 403), ("tess", 200)],
)
def test_a_pack_opens_to_its_recipient_alone(client, people, meeting, name, status):
    pack = issue(people, meeting)["harbourne-csc"]
    client.force_login(people.users[name])
    for page in ("pack", "pack_print", "pack_download"):
        assert client.get(reverse(page, args=[pack.reference])).status_code == status


@pytest.mark.parametrize("name", ["grace", "helen"])
def test_who_issues_sees_what_it_lists_and_the_office_s_own_copy(client, people, meeting, name):
    issued = issue(people, meeting)
    client.force_login(people.users[name])
    page = client.get(reverse("pack", args=[issued["harbourne-csc"].reference])).content.decode()
    assert issued["harbourne-csc"].digest in page
    assert "Vera Ashdown" not in page
    assert client.get(reverse("pack_download", args=[issued["harbourne-csc"].reference])).status_code == 404
    assert "Vera Ashdown" in client.get(reverse("pack", args=[issued["office"].reference])).content.decode()


def test_a_conflict_of_interest_keeps_its_case_out(client, people, meeting):
    pack = issue(people, meeting)["harbourne-csc"]
    first, second = story.hearings(people, meeting)
    with acting(people.users["grace"]) as by, recording(by=by, event="conflict.declared"):
        declare_conflict(
            by=by, user=people.users["tess"], panel_id=meeting.panel_id, reason="A neighbour", case=first.case
        )
    client.force_login(people.users["tess"])
    page = client.get(reverse("pack", args=[pack.reference])).content.decode()
    assert first.case.reference not in page
    assert "Vera Ashdown" not in page
    assert OWN not in page
    assert "Vera Birchwood" in page
    assert f"1. Case {second.case.reference}" in page
    assert "conflict" not in page
    url = reverse("pack_download", args=[pack.reference])
    answer = client.post(url, {"passphrase": "four plain words here", "again": "four plain words here"})
    with pikepdf.open(io.BytesIO(answer.content), password="four plain words here") as opened_pdf:
        plain = io.BytesIO()
        opened_pdf.save(plain, encryption=False)
    assert first.case.reference not in words(plain.getvalue())
    assert "Vera Birchwood" in words(plain.getvalue())


def test_a_download_is_locked_with_the_passphrase_and_recorded(client, people, meeting, told):
    pack = issue(people, meeting)["harbourne-csc"]
    client.force_login(people.users["tess"])
    url = reverse("pack_download", args=[pack.reference])
    assert client.post(url, {"passphrase": "short", "again": "short"}).status_code == 422
    answer = client.post(url, {"passphrase": "four plain words here", "again": "four plain words here"})
    assert answer.status_code == 200
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(answer.content))
    with pikepdf.open(io.BytesIO(answer.content), password="four plain words here") as opened_pdf:
        assert opened_pdf.encryption.R == 6
    assert [event.subject for event in told if event.event == "pack.downloaded"] == [f"pack {pack.reference}"]


def test_issuing_opening_and_printing_are_recorded_with_the_digest(client, people, meeting, told):
    pack = issue(people, meeting)["harbourne-csc"]
    client.force_login(people.users["tess"])
    client.get(reverse("pack", args=[pack.reference]))
    client.get(reverse("pack_print", args=[pack.reference]))
    found = [
        (event.event, event.by.actor_name, event.details["digest"])
        for event in told
        if event.subject == f"pack {pack.reference}"
    ]
    assert found == [
        ("pack.issued", "grace", pack.digest),
        ("pack.opened", "tess", pack.digest),
        ("page.printed", "tess", pack.digest),
    ]


def test_packs_are_issued_through_the_page_once(client, people, meeting):
    client.force_login(people.users["grace"])
    url = reverse("meeting_packs", args=[meeting.reference])
    page = client.get(url)
    assert [one["items"] for one in page.context["prepared"]][0] == 1
    sent = {"_key": str(uuid4()), "recipients": ["office", "harbourne-csc"], "confirmed": "on"}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 302
    with acting(people.users["grace"]) as by:
        assert visible(by, Pack).count() == 2
