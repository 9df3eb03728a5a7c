"""What ends and what never opens, with each wall alone: sealed cases, emergency access, statements that wait, a colleague's cover."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.emergency import open_in_emergency
from casework.commands.sealing import seal
from casework.demo.people import DEMO
from casework.models import (
    Action,
    Case,
    Cover,
    DisclosureDecision,
    InformationItem,
    ItemRelease,
    Membership,
    MembershipPanel,
    Referral,
)
from tests.casework.access.test_rows import raw_keys, scoped_keys, without_rls
from tests.world import past_the_walls

pytestmark = pytest.mark.database
each_wall = pytest.mark.parametrize(
    "read", [scoped_keys, raw_keys, without_rls], ids=["both walls", "second wall alone", "first wall alone"]
)
LONG_ENOUGH = "She has been taken to hospital and the ward asks."


@each_wall
def test_what_hangs_on_a_sealed_case_is_its_readers_alone(full_world, read):
    """Its referral, which two agencies had a right to, and its actions, which two agencies owe."""
    listed = full_world.cases["listed"]
    rows = {
        Case: {listed.pk},
        Referral: {full_world.referrals["accepted"].pk},
        Action: {action.pk for (case, _), action in full_world.actions.items() if case == "listed"},
    }
    assert found(full_world, read, rows, "dan", "tess", "grace") != {}
    with acting(full_world.people.users["grace"]) as by:
        case = visible(by, Case).select_related("panel").get(pk=listed.pk)
        seal(by=by, case=case, readers=[full_world.people.memberships["helen"]], reason="a member of staff is a party")
    assert found(full_world, read, rows, "dan", "tess", "amira", "grace") == {}
    assert found(full_world, read, rows, "helen") == {("helen", model.__name__): keys for model, keys in rows.items()}


def found(world, read: Callable, rows: dict[type, set[int]], *names: str) -> dict[tuple[str, str], set[int]]:
    """What of the rows each person reads."""
    seen = {}
    for name in names:
        with acting(world.people.users[name]) as by:
            for model, keys in rows.items():
                if mine := read(by, model) & keys:
                    seen[name, model.__name__] = mine
    return seen


def said(world, classes: list[str]) -> int:
    """A statement of the surgery in the case that is over for its agency, for everybody there, let go by a second person."""
    case = world.cases["past"]
    item = InformationItem(
        case=case, hearing=world.hearings["past"], agency=world.agency("quay-street"), author=world.people.users["priya"],
        place="return", assertion_type="fact", audience="all_present", data_classes=classes, text="said", made_at=timezone.now(),
    )  # fmt: skip
    past_the_walls(item.save)
    helen = world.people.users["helen"]
    with acting(helen) as by:
        decision = visible(by, DisclosureDecision).filter(case=case).first()
    release = ItemRelease(item=item, case=case, decision=decision, released_by=helen, released_at=timezone.now())
    past_the_walls(release.save)
    return item.pk


@each_wall
def test_emergency_access_opens_no_counselling_and_no_source(full_world, read):
    items = {classes[0]: said(full_world, classes) for classes in (["personal"], ["counselling"], ["source-identity"])}
    rows = {InformationItem: set(items.values())}
    assert found(full_world, read, rows, "dan") == {}
    with acting(full_world.people.users["dan"]) as by:
        open_in_emergency(by=by, reason="risk_to_life", text=LONG_ENOUGH, reference=full_world.cases["past"].reference)
    assert found(full_world, read, rows, "dan") == {("dan", "InformationItem"): {items["personal"]}}
    assert found(full_world, read, rows, "helen") == {("helen", "InformationItem"): set(items.values())}


@each_wall
@pytest.mark.parametrize(("ends", "reads"), [(timedelta(hours=-1), False), (timedelta(hours=1), True)])
def test_a_colleague_reads_what_she_covers_until_the_cover_ends(full_world, read, ends, reads):
    agency, panel = full_world.agency("safe-harbour"), full_world.panel("harbourne-marac")
    users = full_world.people.users
    with recording(by=DEMO, event="test.arranged"):
        users["ada"] = users["amira"].__class__.objects.create_user("ada", "x" * 20, display_name="Ada")
        membership = Membership(user=users["ada"], agency=agency, role="idva")
        membership.save()
        MembershipPanel(membership=membership, panel=panel).save()
        now = timezone.now()
        Cover(
            membership=membership, covers=full_world.people.memberships["amira"], starts_at=now - timedelta(days=1), ends_at=now + ends,
        ).save()  # fmt: skip
    rows = {Case: {full_world.cases["listed"].pk}}
    assert found(full_world, read, rows, "ada") == ({("ada", "Case"): rows[Case]} if reads else {})
