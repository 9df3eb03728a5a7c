"""The oracle itself, against situations worked out by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from .facts import (
    Action,
    AgreementPanel,
    Carries,
    Case,
    Conflict,
    Cover,
    Grant,
    Item,
    Membership,
    Office,
    Party,
    Seal,
    Signature,
    User,
    Version,
    World,
)
from .oracle import reach, reads_action, reads_item, why

NOW = datetime(2025, 6, 10, 12, tzinfo=UTC)
PAST, SOON = NOW - timedelta(days=30), NOW + timedelta(hours=1)
ROLES = {
    "rep": ("police", "representative"),
    "ref": ("police", "referrer"),
    "idva": ("refuge", "idva"),
    "idva2": ("refuge", "idva"),
    "gov": ("police", "governance_lead"),
    "coord": ("council", "panel_staff"),
    "chair": ("council", "panel_staff"),
    "housing": ("housing", "representative"),
}
KINDS = {
    Party: "parties",
    AgreementPanel: "agreement_panels",
    Signature: "signatures",
    Version: "versions",
    User: "users",
    Membership: "memberships",
    Carries: "carries",
    Cover: "covers",
    Grant: "grants",
    Conflict: "conflicts",
    Seal: "seals",
}
AGENCIES = sorted({agency for agency, _ in ROLES.values()})
AGENCY, OFFICE = ("agency", "police"), ("office", "marac")


def person(name):
    """The holder of a personal grant."""
    return ("person", name, ROLES[name][0])


def world(*rows, without=()):
    """A MARAC whose office and police read the case at full depth; more rows on top, some taken away."""
    base = World(
        now=NOW,
        agencies=AGENCIES,
        panels={"marac": "town", "asb": "town"},
        parties=[Party("isa", agency, "active") for agency in AGENCIES],
        agreement_panels=[AgreementPanel("isa", "marac", PAST)],
        versions=[Version("isa", 1, PAST.date())],
        signatures=[Signature("isa", 1, agency, PAST) for agency in AGENCIES],
        users=[User(name) for name in ROLES],
        memberships=[Membership(name, name, *ROLES[name], PAST) for name in ROLES],
        carries=[Carries(name, "marac", PAST) for name in ROLES if name not in ("coord", "chair")],
        offices=[Office("marac", name, {"coord": "coordinator"}.get(name, name), PAST) for name in ("coord", "chair")],
        cases=[Case("c", "marac")],
        grants=[Grant("c", OFFICE, "office", 3, PAST), Grant("c", AGENCY, "window", 3, PAST)],
    )
    for row in without:
        kind = KINDS[type(row)]
        assert row in getattr(base, kind)
        base = replace(base, **{kind: [other for other in getattr(base, kind) if other != row]})
    for row in rows:
        kind = KINDS[type(row)]
        base = replace(base, **{kind: [*getattr(base, kind), row]})
    return base


def instead(old, **changes):
    """The world with one row changed."""
    return world(replace(old, **changes), without=[old])


def newer(signed=(), grace_days=0):
    """Version 2 came into force five days ago, and only some have signed it."""
    first = (NOW - timedelta(days=5)).date()
    return world(Version("isa", 2, first, None, grace_days), *(Signature("isa", 2, a, PAST) for a in signed))


REP = Membership("rep", "rep", "police", "representative", PAST)
WINDOW = Grant("c", AGENCY, "window", 3, PAST)
ASSIGNED = Grant("c", person("idva"), "assignment", 3, PAST)
EMERGENCY = Grant("c", person("housing"), "emergency", 3, PAST, SOON)
SEALED = (Seal("c", PAST), Grant("c", person("chair"), "sealed_reader", 3, PAST))
COVER = Cover("idva2", "idva", PAST)

REACHES = {
    "her agency's window": (world(), "rep", 3, "agency"),
    "the panel's office": (world(), "coord", 3, "office"),
    "a window that ends now is over": (instead(WINDOW, ends=NOW), "rep", 0, "no_reason"),
    "a window that starts now is open": (instead(WINDOW, starts=NOW, ends=SOON), "rep", 3, "agency"),
    "a referrer hasn't her agency's grants": (world(), "ref", 0, "no_reason"),
    "nor a governance lead": (world(), "gov", 0, "no_reason"),
    "an agency without a grant": (world(), "housing", 0, "no_reason"),
    "nobody": (world(), "nobody", 0, "no_membership"),
    "membership ended": (instead(REP, ends=PAST), "rep", 0, "no_membership"),
    "account closed": (instead(User("rep"), active=False), "rep", 0, "inactive"),
    "45 days away": (instead(User("rep"), silent=True), "rep", 0, "silent"),
    "agency suspended": (instead(Party("isa", "police", "active"), state="suspended"), "rep", 0, "not_signed"),
    "agency left, so the office too": (
        instead(Party("isa", "council", "active"), state="left"),
        "coord",
        0,
        "not_signed",
    ),
    "signature over": (instead(Signature("isa", 1, "police", PAST), ends=NOW), "rep", 0, "not_signed"),
    "new version unsigned": (newer(), "rep", 0, "not_signed"),
    "new version unsigned, last day of grace": (newer(grace_days=6), "rep", 3, "agency"),
    "new version unsigned, grace over": (newer(grace_days=5), "rep", 0, "not_signed"),
    "new version signed": (newer(["police"]), "rep", 3, "agency"),
    "panel out of the agreement": (instead(AgreementPanel("isa", "marac", PAST), ends=NOW), "rep", 0, "not_signed"),
    "conflict": (world(Conflict("rep", "c", PAST)), "rep", 0, "conflict"),
    "conflict decided": (world(Conflict("rep", "c", PAST, NOW)), "rep", 3, "agency"),
    "conflict beats emergency": (world(EMERGENCY, Conflict("housing", "c", PAST)), "housing", 0, "conflict"),
    "sealed against the agency": (world(*SEALED), "rep", 0, "sealed"),
    "sealed against the office": (world(*SEALED), "coord", 0, "sealed"),
    "sealed, a named reader": (world(*SEALED), "chair", 3, "personal"),
    "sealed beats emergency": (world(EMERGENCY, *SEALED), "housing", 0, "sealed"),
    "membership doesn't carry the panel": (world(without=[Carries("rep", "marac", PAST)]), "rep", 0, "no_reason"),
    "an IDVA's own case": (world(ASSIGNED), "idva", 3, "personal"),
    "an IDVA hasn't her agency's grants": (
        world(Grant("c", ("agency", "refuge"), "window", 3, PAST)),
        "idva",
        0,
        "no_reason",
    ),
    "another IDVA's case": (world(ASSIGNED), "idva2", 0, "no_reason"),
    "another IDVA's case, covered": (world(ASSIGNED, COVER), "idva2", 3, "cover"),
    "one's own before a colleague's": (
        world(ASSIGNED, COVER, replace(ASSIGNED, holder=person("idva2"))),
        "idva2",
        3,
        "personal",
    ),
    "covering oneself changes nothing": (world(EMERGENCY, Cover("housing", "housing", PAST)), "housing", 3, "personal"),
    "cover over": (world(ASSIGNED, replace(COVER, ends=NOW)), "idva2", 0, "no_reason"),
    "emergency doesn't pass by cover": (world(replace(ASSIGNED, basis="emergency"), COVER), "idva2", 0, "no_reason"),
    "cover across agencies": (world(ASSIGNED, Cover("housing", "idva", PAST)), "housing", 0, "no_reason"),
    "granted while at another agency": (
        world(Grant("c", ("person", "housing", "police"), "assignment", 3, PAST)),
        "housing",
        0,
        "no_reason",
    ),
    "emergency": (world(EMERGENCY), "housing", 3, "personal"),
    "the deepest grant decides": (world(Grant("c", person("rep"), "assignment", 2, PAST)), "rep", 3, "agency"),
    "identity only": (instead(WINDOW, reach=1), "rep", 1, "agency"),
}

LETTERS = count()


def item(agency, audience, *classes, named=(), released=False):
    """An item of the case."""
    return Item(f"i{next(LETTERS)}", "c", agency, audience, frozenset(named), frozenset(classes), released)


ITEMS = {
    "all present": (world(), item("refuge", "all_present"), "rep coord chair"),
    "recorded without content": (world(), item("refuge", "verbal_only"), "rep coord chair"),
    "reach 2 isn't enough, even for one's own": (
        instead(WINDOW, reach=2),
        item("police", "all_signatories"),
        "coord chair",
    ),
    "owner only": (world(ASSIGNED), item("refuge", "owner_only"), "idva"),
    "owner only, the coordinator's own agency": (world(), item("council", "owner_only"), ""),
    "named": (world(ASSIGNED), item("refuge", "named_agencies", named=["police"]), "rep idva"),
    "named, but its member doesn't speak": (world(), item("refuge", "named_agencies", named=["council"]), ""),
    "chair only": (world(), item("refuge", "chair_only"), "chair"),
    "chair only, sealed": (
        world(*SEALED, Grant("c", person("rep"), "sealed_reader", 3, PAST)),
        item("refuge", "chair_only"),
        "chair",
    ),
    "counselling waits": (world(ASSIGNED), item("refuge", "all_present", "counselling"), "idva coord chair"),
    "counselling waits, office not in audience": (world(ASSIGNED), item("refuge", "owner_only", "counselling"), "idva"),
    "counselling released": (
        world(ASSIGNED),
        item("refuge", "all_present", "counselling", released=True),
        "idva rep coord chair",
    ),
    "emergency, an offence": (world(EMERGENCY), item("police", "all_present", "offence"), "rep coord chair housing"),
    "emergency, a source": (world(EMERGENCY), item("police", "all_present", "source_identity"), "rep coord chair"),
    "emergency, counselling though released": (
        world(EMERGENCY),
        item("police", "all_present", "counselling", released=True),
        "rep coord chair",
    ),
    "emergency, counselling of her own agency": (
        world(EMERGENCY),
        item("housing", "owner_only", "counselling"),
        "",
    ),
}

OWED, ALL_FULL = Action("a", "c", "housing"), "rep coord chair"
ACTIONS = {
    "owed by an agency without a grant": (world(), f"{ALL_FULL} housing"),
    "owed, conflicted": (world(Conflict("housing", "c", PAST)), ALL_FULL),
    "owed, sealed": (world(*SEALED), "chair"),
    "owed, sealed, a named reader at reach 2": (
        world(*SEALED, Grant("c", person("housing"), "sealed_reader", 2, PAST)),
        "chair",
    ),
    "owed, signature over": (instead(Signature("isa", 1, "housing", PAST), ends=NOW), ALL_FULL),
    "owed, panel not carried": (world(without=[Carries("housing", "marac", PAST)]), ALL_FULL),
    "owed, away": (instead(User("housing"), silent=True), ALL_FULL),
}


@pytest.mark.parametrize(("state", "who", "depth", "word"), REACHES.values(), ids=REACHES)
def test_reach_and_why(state, who, depth, word):
    assert (reach(state, who, "c"), why(state, who, "c")) == (depth, word)


@pytest.mark.parametrize(("state", "row", "readers"), ITEMS.values(), ids=ITEMS)
def test_who_reads_an_item(state, row, readers):
    assert {name for name in ROLES if reads_item(state, name, row)} == set(readers.split())


@pytest.mark.parametrize(("state", "readers"), ACTIONS.values(), ids=ACTIONS)
def test_who_reads_an_action(state, readers):
    assert {name for name in ROLES if reads_action(state, name, OWED)} == set(readers.split())
