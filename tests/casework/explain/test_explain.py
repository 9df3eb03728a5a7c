"""Who can see a case, held against what the scope lets through; and what somebody else would see, never more than the asker."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.recorder import recording
from casework.access.explain import Why, explain
from casework.access.scope import live, visible
from casework.access.viewer import NoMembership, acting
from casework.commands.access import end_all_but, name_reader
from casework.commands.emergency import open_in_emergency
from casework.demo.people import DEMO
from casework.models import (
    AgreementParty,
    AgreementSignature,
    Case,
    Cover,
    InformationItem,
    Membership,
    MembershipPanel,
    Party,
    Seal,
)
from casework.queries.auditing import code_of
from casework.queries.explain import verdict_on, what_they_see, who_can_see
from tests.world import arranging

READERS = {"listed": "grace", "conflicted": "grace", "past": "grace", "asb": "omar", "northgate": "nell"}


@pytest.fixture
def world(full_world):
    return full_world


def reach_by_scope(world, case) -> dict[str, int]:
    """How far each person reads the case, asked of the scope by herself."""
    found = {}
    for name, user in world.people.users.items():
        try:
            with acting(user) as by:
                rows = visible(by, Case).filter(pk=case.pk)
                found[name] = max(
                    (depth for depth in (1, 2, 3) if rows.filter(live(by, "pk", depth)).exists()), default=0
                )
        except NoMembership:
            found[name] = 0
    return found


def reach_by_explanation(world, asker, case) -> dict[str, int]:
    found = dict.fromkeys(world.people.users, 0)
    with acting(world.people.users[asker]) as by:
        for verdict in explain(by, case, case.panel):
            assert (verdict.reach > 0) == verdict.reads
            found[verdict.membership.user.username] = verdict.reach
    return found


def words(world, asker, name) -> dict[str, Why]:
    with acting(world.people.users[asker]) as by:
        return {v.membership.user.username: v.why for v in explain(by, world.cases[name], world.cases[name].panel)}


def change_everything(world):
    """One of each thing that decides: silent, closed, suspended, unsigned, covered, in an emergency, in conflict, not carried."""
    with acting(world.people.users["lena"]) as by:
        open_in_emergency(by=by, reason="risk_to_life", text="x" * 30, reference=world.cases["past"].reference)
    with recording(by=DEMO, event="test.arranged"):
        for name, member in {"ada": "safe-harbour", "zoe": "safe-harbour"}.items():
            user = world.people.users["ines"].__class__.objects.create_user(name, "x" * 20, display_name=name.title())
            world.people.users[name] = user
            made = Membership(user=user, agency=world.agency(member), role="idva")
            made.save()
            world.people.memberships[name] = made
            MembershipPanel(membership=made, panel=world.panel("harbourne-marac")).save()
        Cover(membership=world.people.memberships["ada"], covers=world.people.memberships["amira"]).save()
        party = AgreementParty.objects.get(agency=world.agency("quay-street"))
        party.state = AgreementParty.State.SUSPENDED
        party.save()
        signature = AgreementSignature.objects.get(agency=world.agency("harbourne-csc"))
        signature.ends_at = timezone.now()
        signature.save()
        carried = MembershipPanel.objects.get(
            membership=world.people.memberships["sam"], panel=world.panel("harbourne-marac")
        )
        carried.ends_at = timezone.now()
        carried.save()
    world.people.users["helen"].is_active = False
    world.people.users["helen"].save()
    dan = world.people.users["dan"]
    dan.last_login = dan.woken_at = timezone.now() - timedelta(days=50)
    dan.save()


def test_it_says_what_the_scope_decides_for_every_person_and_case(world):
    for name, asker in READERS.items():
        case = world.cases[name]
        assert reach_by_explanation(world, asker, case) == reach_by_scope(world, case), name


def test_it_still_does_when_everything_has_changed(world):
    change_everything(world)
    for name, asker in READERS.items():
        case = world.cases[name]
        assert reach_by_explanation(world, asker, case) == reach_by_scope(world, case), name
    said = words(world, "grace", "listed")
    assert {name: said[name] for name in ("dan", "helen", "priya", "tess", "sam", "grace", "amira", "ada", "zoe")} == {
        "dan": Why.SILENT, "helen": Why.INACTIVE, "priya": Why.NOT_SIGNED, "tess": Why.NOT_SIGNED, "sam": Why.NO_REASON,
        "grace": Why.OFFICE, "amira": Why.PERSONAL, "ada": Why.COVER, "zoe": Why.NO_REASON,
    }  # fmt: skip
    assert words(world, "grace", "past")["lena"] == Why.PERSONAL


def test_a_sealed_case_is_read_by_its_named_readers(world):
    with acting(world.people.users["grace"]) as by, arranging(by):
        case = visible(by, Case).get(pk=world.cases["listed"].pk)
        readers = [
            name_reader(by=by, case=case, user_id=world.people.users[who].pk, agency_id=world.people.memberships[who].agency_id)
            for who in ("grace", "tess")
        ]  # fmt: skip
        Seal(case=case, panel=case.panel, sealed_by_id=by.user_id).save()
        end_all_but(case=case, kept=readers)
    case = world.cases["listed"]
    assert reach_by_explanation(world, "grace", case) == reach_by_scope(world, case)
    said = words(world, "grace", "listed")
    assert (said["tess"], said["dan"], said["helen"]) == (Why.PERSONAL, Why.SEALED, Why.SEALED)


def test_as_many_queries_for_a_hundred_people_as_for_a_few(world):
    def queries() -> int:
        with acting(world.people.users["grace"]) as by, CaptureQueriesContext(connection) as found:
            who_can_see(by, world.cases["listed"])
        return len(found)

    before = queries()
    with recording(by=DEMO, event="test.arranged"):
        user_model = type(world.people.users["dan"])
        for number in range(20):
            user = user_model.objects.create_user(f"more{number}", "x" * 20, display_name=f"More {number}")
            made = Membership(user=user, agency=world.agency("harbourne-police"), role="representative")
            made.save()
            MembershipPanel(membership=made, panel=world.panel("harbourne-marac")).save()
    assert queries() == before


def told(world, asker, name) -> dict[str, str]:
    with acting(world.people.users[asker]) as by:
        return {
            line.name: f"{'Yes' if line.reads else 'No'}: {line.why}"
            for part in who_can_see(by, world.cases[name])
            for line in part.people
        }


def test_the_rule_stands_in_words_with_its_date(world):
    said = told(world, "grace", "listed")
    assert said["Grace Adeyemi"] == "Yes: Office of the panel: coordinator"
    assert said["Helen Marsh"] == "Yes: Office of the panel: chair"
    assert said["Dan Whitlock"].startswith("Yes: Agenda window of the meeting on ")
    assert said["Amira Haddad"].startswith("Yes: Assigned to the case, until ")
    assert "Ines Duarte" not in said
    past = told(world, "grace", "past")
    assert past["Dan Whitlock"].startswith("No: The agenda window of the meeting on ")
    assert past["Amira Haddad"] == "No: No reason to be in this case"


def test_a_conflict_is_told_to_the_office_alone(world):
    assert told(world, "grace", "conflicted")["Sam Okoro"] == "No: Conflict of interest"
    assert told(world, "dan", "conflicted")["Sam Okoro"] == "No: No reason to be in this case"
    with acting(world.people.users["sam"]), connection.cursor() as cursor:
        cursor.execute("SELECT rt_kept_out(%s)", [world.cases["conflicted"].pk])
        assert cursor.fetchall() == []


def seen(world, asker, other, name="listed") -> dict[str, list[tuple[str, str]]]:
    with acting(world.people.users[asker]) as by:
        verdict = verdict_on(by, world.cases[name], code_of("member", world.people.memberships[other].pk))
        parts = what_they_see(by, world.cases[name], verdict)
        return {part.title: [(row.text, row.why_not) for row in part.rows] for part in parts}


def test_what_both_may_read_is_shown_and_the_rest_of_hers_in_grey(world):
    rows = seen(world, "helen", "tess")["Information"]
    assert ("dan all_present", "") in rows
    assert ("", "Chair only") in rows
    assert ("tess chair_only", "") in rows
    assert "dan chair_only" not in {text for text, _ in rows}


def test_it_is_never_more_than_the_asker_reads_herself(world):
    for asker, other in (("grace", "dan"), ("dan", "tess"), ("tess", "helen"), ("amira", "dan")):
        rows = seen(world, asker, other)
        with acting(world.people.users[asker]) as by:
            mine = set(visible(by, InformationItem).filter(case=world.cases["listed"]).values_list("text", flat=True))
            people = visible(by, Party).filter(case=world.cases["listed"]).count()
        with acting(world.people.users[other]) as by:
            theirs = set(visible(by, InformationItem).filter(case=world.cases["listed"]).values_list("text", flat=True))
        shown = {text for text, _ in rows["Information"] if text}
        assert len(rows["Information"]) == len(mine)
        assert shown <= mine & theirs
        assert {text for text in mine & theirs if "named" not in text} <= shown
        assert len(rows["People"]) == people


def test_who_does_not_read_the_case_sees_nothing_of_it(world):
    rows = seen(world, "grace", "sam", "conflicted")
    assert {text for part in rows.values() for text, _ in part} == {""}
    assert {row[1] for part in rows.values() for row in part} == {"Conflict of interest"}


def test_both_pages_are_for_who_reads_the_whole_case_and_recorded(world, client, events):
    case = world.cases["listed"]
    member = code_of("member", world.people.memberships["tess"].pk)
    client.force_login(world.people.users["dan"])
    page = client.get(f"/cases/{case.reference}/who/")
    assert (page.status_code, "Tess Calloway" in page.content.decode()) == (200, True)
    page = client.get(f"/cases/{case.reference}/who/{member}/")
    assert (page.status_code, "dan named_agencies" in page.content.decode()) == (200, True)
    made = [(event.event, event.cases) for event in events if event.event.startswith("access.")]
    assert made == [("access.explained", [case.reference]), ("access.seen_as", [case.reference])]
    elsewhere = code_of("member", world.people.memberships["wendy"].pk)
    assert client.get(f"/cases/{case.reference}/who/{elsewhere}/").status_code == 404
    client.force_login(world.people.users["wendy"])
    for address in ("who/", f"who/{member}/"):
        assert client.get(f"/cases/{case.reference}/{address}").status_code == 404
