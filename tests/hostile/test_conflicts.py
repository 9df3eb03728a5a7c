"""A conflict of interest wins over every office: what the check finds in a record that she must not read is somebody else's to decide."""

import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from casework.access.guards import Refused
from casework.access.viewer import acting
from casework.commands.access import declare_conflict
from casework.commands.screening import accept, decide_matches
from casework.documents.content import MeetingLine, PackContent, PreviousAction, to_json
from casework.models import Action, DisclosureDecision, MatchProposal, Pack, PackDocument, new_reference
from tests.world import TODAY, World, arranging, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(people) -> World:
    """The waiting referral repeats the case `past`, about which grace has a conflict."""
    made = build(people)
    referral, past = made.referrals["waiting"], made.cases["past"]
    with acting(people.users["grace"]) as by, arranging(by):
        made.proposal = MatchProposal(referral=referral, earlier_case=past, kind="repeat", score=0.97)
        made.proposal.save()
        referral.checked_at = timezone.now()
        referral.save()
        declare_conflict(by=by, user=people.users["grace"], panel_id=past.panel_id, case=past, reason="her sister")
    return made


def test_pages_neither_break_nor_tell_of_the_hidden_record(world, client):
    reference, hidden = world.referrals["waiting"].reference, world.cases["past"].reference
    client.force_login(world.people.users["grace"])
    for page in ("referral", "referral_matches", "referral_accept"):
        answer = client.get(reverse(page, args=[reference]))
        assert answer.status_code == 200
        text = answer.content.decode()
        assert [word for word in (hidden, "conflict of interest", "must not read") if word in text] == []
        if page != "referral_matches":
            assert "Another holder of the panel’s office settles the check" in text
    client.force_login(world.people.users["helen"])
    assert hidden in client.get(reverse("referral_matches", args=[reference])).content.decode()


def test_she_neither_decides_the_match_nor_accepts(world):
    referral = world.referrals["waiting"]
    with acting(world.people.users["grace"]) as by:
        decide_matches(by=by, referral=referral, decisions={world.proposal.pk: "rejected"})
        with pytest.raises(Refused):
            accept(by=by, referral=referral, sharing=None)
    with acting(world.people.users["helen"]) as by:
        decide_matches(by=by, referral=referral, decisions={world.proposal.pk: "accepted"})
        world.proposal.refresh_from_db()
    assert (world.proposal.decision, world.proposal.decided_by.username) == ("accepted", "helen")


SECRET, OWN = "Ring his neighbour", "Ring the other client"


@pytest.fixture
def probation_pack(world) -> Pack:
    """A pack for sam's agency with an overdue action on the case he must not read, which is not on this agenda, and one he may."""
    with acting(world.people.users["grace"]) as by, arranging(by):
        lines = []
        for name, text in (("conflicted", SECRET), ("listed", OWN)):
            action = Action(
                reference=new_reference(), panel=world.panel("harbourne-marac"), case=world.cases[name], hearing=world.hearings[name],
                agency=world.agency("harbourne-probation"), target="victim", description=text, due_on=TODAY, reveals_disclosure="no",
            )  # fmt: skip
            action.save()
            lines.append(PreviousAction(action.reference, "Probation", text, TODAY, "Open", overdue=True))
        pack = Pack(
            reference=new_reference(), meeting=world.meeting, agency=world.agency("harbourne-probation"), copy_number=50, digest="0" * 64,
            decision=DisclosureDecision._base_manager.filter(meeting=world.meeting).get(), issued_by_id=by.user_id, issued_at=timezone.now(),
        )  # fmt: skip
        pack.save()
        content = PackContent(
            title="Case pack", panel_name="MARAC", partnership_name="Here", meeting=MeetingLine(world.meeting.starts_at), recipient_agency="Probation",
            copy_number="50", issued_at=timezone.now(), handling_line="only here", decision_reference="0000-0000", overdue_actions=tuple(lines),
        )  # fmt: skip
        document = PackDocument(pack=pack)
        document.hide(content=to_json(content).encode(), pdf=b"%PDF-1.4 " + SECRET.encode())
        document.save(force_insert=True)
    return pack


def test_his_agencys_pack_keeps_the_actions_of_that_case_from_him(world, probation_pack, client):
    client.force_login(world.people.users["sam"])
    for page in ("pack", "pack_print"):
        body = client.get(reverse(page, args=[probation_pack.reference])).content.decode()
        assert OWN in body
        assert SECRET not in body
    url = reverse("pack_download", args=[probation_pack.reference])
    answer = client.post(url, {"passphrase": "four plain words here", "again": "four plain words here"})
    with pikepdf.open(io.BytesIO(answer.content), password="four plain words here") as opened:
        plain = io.BytesIO()
        opened.save(plain, encryption=False)
    text = "".join(page.extract_text() for page in PdfReader(plain).pages)
    assert OWN in text
    assert SECRET not in text
